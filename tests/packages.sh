# For scripts that need a program of the system: install_package NAME installs it, or says how and ends.
install_package() {
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get install -y --no-install-recommends "$1" >/dev/null || {
        echo "$1 is missing: apt-get install $1" >&2
        exit 1
    }
}
