// Result<T, E>: a value or the reason why there is none. The vocabulary of every fallible function in
// paddock; exceptions of other libraries end in the one file that touches the library.
#pragma once

#include <boost/system/result.hpp>

namespace paddock {

template <class T, class E>
using Result = boost::system::result<T, E>;

}  // namespace paddock
