# Sourced by demo.sh and test.sh: a virtual environment in .venv, made on first use.
set -eu
cd "$(dirname "$0")/.."

# apt_install PACKAGE...: installs Debian packages when this user may, and says what is missing when not.
apt_install() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
    else
        echo "Not installed (needs root): $*" >&2
        return 1
    fi
}

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed." >&2; exit 1; }
    python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
    rm -rf .venv
    python3 -m venv .venv
fi
# An activated environment's own settings must not leak into this one.
export PIP_DISABLE_PIP_VERSION_CHECK=1
