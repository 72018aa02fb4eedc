#!/bin/sh
# Make sure a Chromium from the system's packages is there for the browser tests.
# Where it may not be installed the tests that need it are skipped, and say so; in CI that is an error.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
install="apt-get install --yes --quiet --quiet --no-install-recommends chromium"
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        echo "Installing Chromium for the browser tests (once)"
        { apt-get update --quiet --quiet && DEBIAN_FRONTEND=noninteractive $install; } >/dev/null 2>&1
    elif sudo -n true 2>/dev/null; then
        echo "Installing Chromium for the browser tests (once)"
        { sudo -n apt-get update --quiet --quiet && sudo -n DEBIAN_FRONTEND=noninteractive $install; } >/dev/null 2>&1
    fi
fi
command -v chromium >/dev/null 2>&1 && exit 0
echo "No Chromium here and it may not be installed: the browser tests will be skipped."
[ -z "$CI" ] || exit 1
