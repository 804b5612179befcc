# For scripts that need other programs and packages. install_package NAME installs a system package, or says how and exits.
# If a package is not found, the package lists may be missing or old: they are fetched once.
install_package() {
    local sudo="" said
    [ "$(id -u)" = 0 ] || sudo=sudo
    try_package() { $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" 2>&1; }
    said=$(try_package "$1") && return
    if [ -z "${PACKAGE_LISTS_ARE_NEW:-}" ]; then
        $sudo apt-get update >/dev/null && export PACKAGE_LISTS_ARE_NEW=1
        said=$(try_package "$1") && return
    fi
    printf '%s\n%s is missing: apt-get update && apt-get install %s\n' "$said" "$1" "$1" >&2
    exit 1
}

# python_environment NAME PACKAGES: a virtual environment in the target folder that can import the packages of
# tests/NAME/requirements.txt.
python_environment() {
    local folder=${CARGO_TARGET_DIR:-target}/$1
    if ! "$folder/bin/python" -c "import $2" 2>/dev/null; then
        # Without its package, python3 has the module venv but not what venv installs.
        python3 -c 'import ensurepip, venv' 2>/dev/null || install_package python3-venv
        python3 -m venv "$folder"
        "$folder/bin/pip" install --quiet --disable-pip-version-check -r "tests/$1/requirements.txt"
    fi
}

# node_program: node 18 or later, and npm.
node_program() {
    command -v node >/dev/null || install_package nodejs
    command -v npm >/dev/null || install_package npm
    local version
    version=$(node --version)
    version=${version#v}
    [ "${version%%.*}" -ge 18 ] || {
        echo "node $version is too old: install node 18 or later, for example with apt-get install nodejs" >&2
        exit 1
    }
}

# node_packages FROM: installs exactly what FROM/package-lock.json lists, in a copy of FROM in the target folder.
node_packages() {
    local from=$1 folder=${CARGO_TARGET_DIR:-target}/$1
    node_program
    mkdir -p "$folder"
    if ! cmp -s "$from/package-lock.json" "$folder/package-lock.json" || [ ! -e "$folder/installed" ]; then
        rm -f "$folder/installed"
        cp "$from/package.json" "$from/package-lock.json" "$folder/"
        (cd "$folder" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --silent) || {
            echo "npm ci failed in $folder: is the registry of npm within reach?" >&2
            exit 1
        }
        touch "$folder/installed"
    fi
}
