// The web page as it was built in: its files, each in the codings in which it can be sent. What they do is
// ui/'s business, how they are asked for api's.
//
// Constant data of the program; pure functions; any thread.
#pragma once

#include <span>
#include <string_view>

namespace paddock::page {

struct File {
  std::string_view path;  // below the page's own, `assets/index-1a2b3c4d.js`
  std::string_view type;  // its Content-Type
  std::string_view etag;  // of the plain bytes: hexadecimal digits
  bool lasts = false;     // there is a hash of it in its name: what is under this name never changes
  std::string_view plain;
  std::string_view gzip{};    // empty: not smaller than plain
  std::string_view brotli{};  // likewise
};

// Sorted by path. Empty in a build without the page (UI=off), else there is an `index.html`.
std::span<const File> built_in();

// The file of that name; an empty one is `index.html`. Null if there is none.
const File* find(std::span<const File> files, std::string_view path);

enum class Coding { kPlain, kGzip, kBrotli };

// What a client gets that sent this Accept-Encoding (RFC 9110, 12.5.3; empty if it sent none): the smallest
// form that it takes, by weights it gives only as far as 0 forbids. Plain if all is forbidden: then too an
// answer is better than none.
Coding choose(const File& file, std::string_view accept_encoding);

std::string_view bytes(const File& file, Coding coding);
// `gzip`, `br`; empty for plain.
std::string_view name_of(Coding coding);

}  // namespace paddock::page
