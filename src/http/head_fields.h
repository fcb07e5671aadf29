// The container of a head's fields, with its memory beside it: a head of usual size costs no allocation.
//
// A HeadArena must outlive every parser that was made from it, and is used for one head only.
#pragma once

#include <array>
#include <cstddef>
#include <memory_resource>
#include <string_view>
#include <tuple>
#include <utility>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>

namespace paddock::http {

using FieldsAllocator = std::pmr::polymorphic_allocator<char>;
using HeadFields = boost::beast::http::basic_fields<FieldsAllocator>;
template <bool is_request>
using HeadParser = boost::beast::http::parser<is_request, boost::beast::http::empty_body, FieldsAllocator>;

// Boost's string_view, in whichever version, as std's.
template <class Text>
std::string_view view(const Text& text) {
  return {text.data(), text.size()};
}

// The first value of that name, empty without one, and how many there are. Heads are short, and comparing
// numbers along the list costs less than comparing names down the container's tree.
inline std::string_view value_of(const HeadFields& fields, boost::beast::http::field name) {
  for (const auto& field : fields) {
    if (field.name() == name) return view(field.value());
  }
  return {};
}
inline std::size_t count_of(const HeadFields& fields, boost::beast::http::field name) {
  std::size_t count = 0;
  for (const auto& field : fields) count += field.name() == name ? 1 : 0;
  return count;
}

class HeadArena {
 public:
  // Arguments for emplacing a HeadParser.
  template <class Optional>
  auto& make_parser(Optional& parser) {
    return parser.emplace(std::piecewise_construct, std::make_tuple(),
                          std::make_tuple(FieldsAllocator(&memory_)));
  }

 private:
  std::array<std::byte, 2048> first_;
  std::pmr::monotonic_buffer_resource memory_{first_.data(), first_.size()};
};

}  // namespace paddock::http
