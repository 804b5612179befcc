# For scripts that need a program of the system: install_package NAME installs it, or says how and ends.
install_package() {
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get install -y --no-install-recommends "$1" >/dev/null || {
        echo "$1 is missing: apt-get install $1" >&2
        exit 1
    }
}

# python_environment NAME PACKAGES: a python of its own in the target folder that can import the packages of
# tests/NAME/requirements.txt.
python_environment() {
    local folder=${CARGO_TARGET_DIR:-target}/$1
    if ! "$folder/bin/python" -c "import $2" 2>/dev/null; then
        # Without its package python3 has the module venv but not what that installs.
        python3 -c 'import ensurepip, venv' 2>/dev/null || install_package python3-venv
        python3 -m venv "$folder"
        "$folder/bin/pip" install --quiet --disable-pip-version-check -r "tests/$1/requirements.txt"
    fi
}
