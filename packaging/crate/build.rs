//! Compiles the C++ sources, and the libraries that are not on crates.io.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// How many source files are compiled as one. They read the same headers, which takes longer than
/// the rest.
const FILES_PER_UNIT: usize = 24;

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// The files below a directory whose names end with `extension`, sorted.
fn files_below(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(directory).expect("the sources are part of this package");
    for entry in entries.map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files_below(&entry, extension));
        } else if entry.extension().is_some_and(|it| it == extension) {
            found.push(entry);
        }
    }
    found.sort();
    found
}

fn compile_blake3() {
    let mut build = cc::Build::new();
    build.warnings(false).opt_level(2);
    let directory = Path::new("third-party/blake3");
    let mut add = |name: &str| {
        build.file(directory.join(name));
    };
    for name in ["blake3.c", "blake3_dispatch.c", "blake3_portable.c"] {
        add(name);
    }
    match variable("CARGO_CFG_TARGET_ARCH").as_str() {
        "x86_64" => {
            for instructions in ["sse2", "sse41", "avx2", "avx512"] {
                add(&format!("blake3_{instructions}_x86-64_unix.S"));
            }
        }
        "aarch64" => {
            add("blake3_neon.c");
            build.define("BLAKE3_USE_NEON", "1");
        }
        _ => {
            build.define("BLAKE3_USE_NEON", "0");
            for instructions in ["SSE2", "SSE41", "AVX2", "AVX512"] {
                build.define(&format!("BLAKE3_NO_{instructions}"), None);
            }
        }
    }
    build.compile("larder_blake3");
}

/// The library that is loaded into observed programs. On 32-bit machines there is none
/// (cmake/observe.cmake has the reason, and the same options).
fn compile_observer(out: &Path) -> Option<PathBuf> {
    if variable("CARGO_CFG_TARGET_OS") != "linux"
        || variable("CARGO_CFG_TARGET_POINTER_WIDTH") != "64"
    {
        return None;
    }
    let library = out.join("liblarder_observe.so");
    let mut command = cc::Build::new().warnings(false).get_compiler().to_command();
    command.args([
        "-std=gnu11", "-D_GNU_SOURCE", "-Os", "-g0", "-fPIC", "-fvisibility=hidden",
        "-ffreestanding", "-fno-stack-protector", "-fno-asynchronous-unwind-tables",
        "-fno-unwind-tables", "-U_FORTIFY_SOURCE", "-shared", "-nostdlib", "-Wl,-z,now",
        "-Wl,-z,norelro", "-Wl,-z,noseparate-code", "-Wl,--hash-style=gnu", "-Wl,--build-id=none",
        "-Wl,-s",
    ]);
    match variable("CARGO_CFG_TARGET_ARCH").as_str() {
        "x86_64" => command.arg("-fcf-protection=none"),
        "aarch64" => command.arg("-mno-outline-atomics"),
        _ => &mut command,
    };
    command.args(files_below(Path::new("cpp/src/observe/preload"), "c"));
    command.arg("-lgcc").arg("-o").arg(&library);
    let status = command.status().expect("the C compiler cannot be started");
    assert!(status.success(), "the C compiler failed: {command:?}");
    Some(library)
}

/// The options of all C++ sources.
fn cpp() -> cc::Build {
    let mut build = cc::Build::new();
    build
        .cpp(true)
        .std("c++20")
        .warnings(false)
        .opt_level_str("s")
        .include("cpp/include")
        .include("cpp/src")
        .include("third-party")
        .include("third-party/blake3")
        .include(Path::new(&variable("DEP_GIT2_ROOT")).join("include"))
        .define("TOML_HEADER_ONLY", "1")
        .define("TOML_ENABLE_UNRELEASED_FEATURES", "1")
        .define("TOML_ASSERT", "static_cast<void>")
        .define("LARDER_VERSION", format!("\"{}\"", variable("CARGO_PKG_VERSION")).as_str());
    if let Some(directories) = env::var_os("DEP_ZSTD_INCLUDE") {
        build.includes(env::split_paths(&directories));
    }
    if variable("CARGO_CFG_TARGET_POINTER_WIDTH") == "32" {
        build.define("_FILE_OFFSET_BITS", "64").define("_TIME_BITS", "64");
    }
    build
}

/// Writes files that each include several sources.
fn unite(sources: &[PathBuf], out: &Path) -> Vec<PathBuf> {
    let root = env::current_dir().unwrap();
    let write = |(number, part): (usize, &[PathBuf])| {
        let mut text = String::new();
        for source in part {
            writeln!(text, "#include \"{}\"", root.join(source).display()).unwrap();
        }
        let unit = out.join(format!("unit{number}.cpp"));
        fs::write(&unit, text).expect("OUT_DIR cannot be written");
        unit
    };
    sources.chunks(FILES_PER_UNIT).enumerate().map(write).collect()
}

fn compile_program(out: &Path, observer: Option<&Path>) {
    let bytes = Path::new("cpp/src/observe/preload_bytes.cpp");
    let mut sources = files_below(Path::new("cpp/src"), "cpp");
    sources.retain(|source| source != bytes);
    let mut embedding = cpp();
    embedding.file(bytes);
    if let Some(library) = observer {
        embedding.define("LARDER_PRELOAD_FILE", format!("\"{}\"", library.display()).as_str());
    }
    let embedded = embedding.compile_intermediates();
    cpp()
        .files(unite(&sources, out))
        .files(["cpp/entry.cpp", "cpp/fmt.cpp"])
        .objects(embedded)
        .compile("larder");
}

fn main() {
    for directory in ["cpp", "third-party"] {
        println!("cargo:rerun-if-changed={directory}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    // Linked from the first that is printed to the last, so what is used comes last.
    let observer = compile_observer(&out);
    compile_program(&out, observer.as_deref());
    compile_blake3();
}
