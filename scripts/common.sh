# Shared by ./demo, ./test and scripts/mlt-setup; sourced, not run. Leaves the shell in the repository root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -f "$HOME/.cargo/env" ] && . "$HOME/.cargo/env"

# Where cargo puts programs. The scripts build the whole workspace at once and then run them from here: `cargo run -p`
# would compile shared crates again for each program's own choice of features.
PROGRAMS=${CARGO_TARGET_DIR:-target}/release

say() { printf '%s\n' "$*"; }
fail() { printf '\nStopped: %s\n' "$*" >&2; exit 1; }

STEPS=()
# step TITLE COMMAND...: runs the command, says how long it took, and stops the script with its title when it fails.
step() {
  local title=$1 began=$SECONDS
  shift
  printf '\n== %s\n' "$title"
  "$@" || fail "the step '$title' failed; the reason stands above this line."
  STEPS+=("$(printf '%6d s  %s' $((SECONDS - began)) "$title")")
}

# Prints what every step took.
summary() {
  printf '\n'
  printf '%s\n' "${STEPS[@]}"
  printf '%6d s  in all\n' "$SECONDS"
}

# The command that runs apt-get with the rights it needs; empty for root.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "'$*' needs the rights of root and there is no sudo. Run that command as root, then start again."
  fi
}

links_c_programs() { echo 'int main(void){return 0;}' | cc -x c - -o /dev/null 2>/dev/null; }

# bindgen loads libclang and needs the compiler's own headers beside it.
has_libclang() {
  [ -n "${LIBCLANG_PATH:-}" ] && return 0
  compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' >/dev/null &&
    compgen -G '/usr/lib/llvm-*/lib/clang/*/include/stddef.h' >/dev/null
}

# Whether OpenGL can draw without a screen: EGL, a library of its functions, and Mesa's software renderer.
has_software_opengl() {
  compgen -G '/usr/lib/*/libEGL_mesa.so.0' >/dev/null &&
    { compgen -G '/usr/lib/*/libGL.so.1' || compgen -G '/usr/lib/*/libOpenGL.so.0'; } >/dev/null &&
    { compgen -G '/usr/lib/*/dri/swrast_dri.so' || compgen -G '/usr/lib/*/libgallium-*.so'; } >/dev/null
}

# Installs it for the tests of the overlay, with Debian's package client: 33 MB on a bare Debian 12, 23 of them LLVM,
# with which Mesa draws.
software_opengl() {
  if has_software_opengl; then say "OpenGL is there."; return; fi
  command -v apt-get >/dev/null || return 1
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      libegl1 libgl1-mesa-dri libopengl0 >/dev/null &&
    has_software_opengl
}

# Installs, with Debian's package client, what building needs beyond Rust and Python 3. Costs nothing when all is there.
prerequisites() {
  command -v cargo >/dev/null || fail "cargo is not there. Install Rust (rustup.rs tells how), then start again."
  command -v python3 >/dev/null || fail "python3 is not there. Install Python 3 with its package manager, then start again."
  local missing=()
  links_c_programs || missing+=(gcc libc6-dev)
  has_libclang || missing+=(libclang-dev)
  [ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
  if [ ${#missing[@]} = 0 ]; then say "Compiler and libclang are there."; return; fi
  command -v apt-get >/dev/null ||
    fail "these are missing: ${missing[*]} (names of Debian's packages). Install them with this system's package client, then start again."
  say "Installing with apt-get: ${missing[*]}"
  # A bare machine has no package lists; an old list names files that are gone.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  links_c_programs || fail "there is still no C compiler that links a program (tried: cc)."
  has_libclang || fail "libclang was installed but is not under /usr/lib/llvm-*; set LIBCLANG_PATH to its folder."
}
