#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Paths as text: '/'-separated, handled lexically as cargo handles them (never canonicalised,
/// symbolic links not followed). An absolute path starts with '/'; in a tree that is not a disk the
/// root of the tree is "/".
namespace larder::path {

/// `base/relative`, normalised; `relative` alone when it is absolute.
std::string join(std::string_view base, std::string_view relative);
/// Removes "." and resolves ".." textually; "/.." is "/". A relative path keeps its leading "..".
std::string normalize(std::string_view path);
/// "/a/b" → "/a"; "/a" → "/"; "/" → "" (nothing above it); "a" → "".
std::string parent(std::string_view path);
std::string file_name(std::string_view path);
/// File name without its last extension: "build.rs" → "build".
std::string stem(std::string_view path);
/// `path` as seen from the directory `base`, both absolute and normalised. May start with "..". The
/// directory itself is ".".
std::string relative(std::string_view path, std::string_view base);
/// Whether `path` is `directory` or lies below it, comparing whole components.
bool is_within(std::string_view path, std::string_view directory);
std::vector<std::string> components(std::string_view path);
/// Whether a relative path stays below the directory that it is joined to: not empty, not absolute,
/// no "..", no NUL, no backslash, no empty component.
bool stays_inside(std::string_view path);

}  // namespace larder::path
