#!/bin/sh
# Make sure that the browser tests can run: a Chromium from the system's packages, and the library that Playwright's
# driver needs. Where they may not be installed the tests are skipped, and say so; in CI that is an error.
ready() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && { /sbin/ldconfig -p | grep -q libatomic.so.1; } && return 0
    done
    return 1
}
ready && exit 0
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        as_root="false"
    fi
    [ "$as_root" = false ] || echo "Installing Chromium for the browser tests (once)"
    { $as_root apt-get update --quiet --quiet &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends \
            chromium libatomic1; } >/dev/null 2>&1
fi
ready && exit 0
echo "The browser tests need Chromium and libatomic1, which may not be installed here: they will be skipped."
[ -z "$CI" ] || exit 1
