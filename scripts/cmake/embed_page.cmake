# Run by the build: cmake -D DIST=FOLDER -D OUT=FOLDER -P embed_page.cmake
#
# Writes page_bytes.s, which has the files of a built page in it, and page_files.cpp, the table of them. A file's
# compressed forms lie beside it as NAME.gz and NAME.br; those that are there are taken.
cmake_minimum_required(VERSION 3.25)

set(type_html "text/html; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_svg "image/svg+xml")
set(type_png "image/png")
set(type_json "application/json")
set(type_txt "text/plain; charset=utf-8")

set(assembly "\t.section .rodata\n")
set(externs "")
set(table "")
set(number 0)

# Appends a file's bytes to the data and sets VIEW to what the table says of them.
macro(embed file view)
  set(symbol "paddock_page_${number}")
  math(EXPR number "${number} + 1")
  file(SIZE "${file}" size)
  string(APPEND assembly "\t.global ${symbol}\n${symbol}:\n\t.incbin \"${file}\"\n")
  string(APPEND externs "extern const char ${symbol}[];\n")
  set(${view} "{${symbol}, ${size}}")
endmacro()

file(GLOB_RECURSE files LIST_DIRECTORIES false RELATIVE "${DIST}" "${DIST}/*")
list(FILTER files EXCLUDE REGEX "\\.(gz|br)$")
list(SORT files)
foreach(path IN LISTS files)
  get_filename_component(extension "${path}" LAST_EXT)
  string(SUBSTRING "${extension}" 1 -1 extension)
  if(NOT DEFINED "type_${extension}")
    message(FATAL_ERROR "${DIST}/${path}: nobody knows the Content-Type of .${extension}; see ${CMAKE_CURRENT_LIST_FILE}")
  endif()
  file(SHA256 "${DIST}/${path}" hash)
  string(SUBSTRING "${hash}" 0 16 hash)
  # Vite puts there what it names by content, and nothing else.
  set(lasts false)
  if(path MATCHES "^assets/")
    set(lasts true)
  endif()
  embed("${DIST}/${path}" plain)
  foreach(coding gz br)
    set(${coding} "{}")
    if(EXISTS "${DIST}/${path}.${coding}")
      embed("${DIST}/${path}.${coding}" ${coding})
    endif()
  endforeach()
  string(APPEND table "    {\"${path}\", \"${type_${extension}}\", \"${hash}\", ${lasts}, ${plain}, ${gz}, ${br}},\n")
endforeach()

# Without the note the linker would make the stack executable.
string(APPEND assembly "\t.section .note.GNU-stack,\"\",%progbits\n")
file(WRITE "${OUT}/page_bytes.s" "${assembly}")
file(WRITE "${OUT}/page_files.cpp" "// Made by embed_page.cmake.
#include \"paddock/page/page.h\"

extern \"C\" {
${externs}}

namespace paddock::page {

namespace {

const File kFiles[] = {
${table}};

}  // namespace

std::span<const File> built_in() { return kFiles; }

}  // namespace paddock::page
")
