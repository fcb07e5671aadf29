# paddock_flags: how our own code is compiled. Warnings are errors; code of libraries is exempt (SYSTEM).
add_library(paddock_flags INTERFACE)
target_compile_options(paddock_flags INTERFACE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor)
# Boost.Asio: no deprecated names; one header-only body per file that uses it keeps LTO out of the way.
target_compile_definitions(paddock_flags INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION
                                                   BOOST_BEAST_SEPARATE_COMPILATION)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 misfires at -O2 on the frames of asio::awaitable, and on `"text" + std::string` (its bug 105651).
  target_compile_options(paddock_flags INTERFACE -Wno-mismatched-new-delete -Wno-restrict)
  # The optimiser's guesses about sizes differ with every GCC and misfire inside Boost: said, but no error, so
  # that a newcomer's compiler builds the release preset.
  target_compile_options(
    paddock_flags INTERFACE "$<$<CONFIG:Release>:-Wno-error=stringop-overread;-Wno-error=stringop-overflow>"
                            "$<$<CONFIG:Release>:-Wno-error=array-bounds;-Wno-error=maybe-uninitialized>")
endif()
if(PADDOCK_SANITIZE)
  # Line numbers for the reports, no variables: it halves the time of the compiler.
  string(REPLACE "-g" "-g1" CMAKE_CXX_FLAGS_DEBUG "${CMAKE_CXX_FLAGS_DEBUG}")
endif()
# The optimiser's guesses about sizes, made about code that a sanitizer has rewritten, are no use to anyone.
set(paddock_no_guesses $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread;-Wno-stringop-overflow>
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-maybe-uninitialized>)
if(PADDOCK_SANITIZE STREQUAL "address")
  # A null pointer that is used dies in the address sanitizer too; looking at each one before, and at alignment
  # and vtables, is two fifths of the compiler's time.
  # Not optimised: the tests wait more than they compute. The fuzzers compute.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,alignment,vptr -fno-sanitize-recover=all
                      -fno-omit-frame-pointer $<IF:$<BOOL:${PADDOCK_FUZZ}>,-O1,-O0>)
  add_link_options(-fsanitize=address,undefined)
elseif(PADDOCK_SANITIZE STREQUAL "thread")
  # Asio's fences are invisible to the thread sanitizer and make GCC warn.
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  target_compile_options(paddock_flags INTERFACE "${paddock_no_guesses}")
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  add_link_options(-fsanitize=thread)
endif()

if(PADDOCK_FUZZ)
  # Everywhere, so that what was precompiled fits all.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# What most files of ours read of other people's headers, parsed once. A build without it proves that every file
# brings the includes it needs.
option(PADDOCK_PCH "Use precompiled headers" ON)

# paddock_precompile(TARGET OWNER FILE)
#
# The first target that names an OWNER is it, and builds FILE; the others use what it built, because all are
# compiled with the same options.
function(paddock_precompile target owner file)
  if(NOT PADDOCK_PCH)
    return()
  elseif(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/scripts/cmake/${file})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()

# paddock_module(NAME SOURCES a.cpp ... USES base logs ... LIBS Boost::headers ...)
#
# One static library per module. Its private headers are on its own path only, so no other module can find
# them; USES are the modules whose faces it may include (tests/layering checks the includes).
function(paddock_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;LIBS" ${ARGN})
  add_library(paddock_${name} STATIC ${arg_SOURCES})
  target_include_directories(paddock_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include
                                             PRIVATE ${PROJECT_SOURCE_DIR}/src/${name})
  list(TRANSFORM arg_USES PREPEND paddock_)
  target_link_libraries(paddock_${name} PUBLIC ${arg_USES} Boost::headers Threads::Threads
                                        PRIVATE paddock_flags ${arg_LIBS})
  paddock_precompile(paddock_${name} paddock_base module_pch.h)
endfunction()

# paddock_unit(NAME SOURCES a.cpp ... USES module ...)
#
# One GoogleTest program per module under tests/unit. It may see the module's private headers.
function(paddock_unit name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;LIBS" ${ARGN})
  add_executable(unit_${name} ${arg_SOURCES})
  target_include_directories(unit_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src/${name} ${PROJECT_SOURCE_DIR})
  list(TRANSFORM arg_USES PREPEND paddock_)
  target_link_libraries(unit_${name} PRIVATE ${arg_USES} ${arg_LIBS} paddock_flags GTest::gmock GTest::gtest_main)
  paddock_precompile(unit_${name} test_support test_pch.h)
  gtest_discover_tests(unit_${name} TEST_PREFIX unit. DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120 LABELS unit)
endfunction()

# paddock_fuzz(NAME SOURCES a.cpp ... USES module ... PRIVATE_OF module)
#
# A libFuzzer program fuzz_NAME. It may see the private headers of the module that PRIVATE_OF names.
function(paddock_fuzz name)
  cmake_parse_arguments(arg "" "PRIVATE_OF" "SOURCES;USES;LIBS" ${ARGN})
  add_executable(fuzz_${name} ${arg_SOURCES})
  list(TRANSFORM arg_USES PREPEND paddock_)
  target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  if(arg_PRIVATE_OF)
    target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src/${arg_PRIVATE_OF})
  endif()
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(fuzz_${name} PRIVATE ${arg_USES} ${arg_LIBS} paddock_flags)
  paddock_precompile(fuzz_${name} paddock_base module_pch.h)
endfunction()
