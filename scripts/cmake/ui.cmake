# Where the web page of the program comes from:
#   -DUI=bundled    built here from ui/ by npm (the default); needs Node 18 or newer and the npm registry
#   -DUI=prebuilt   the folder that -DUI_DIST names, the dist/ of a build of ui/; needs neither
#   -DUI=off        no page; /ui/ says in plain text which models run
set(UI bundled CACHE STRING "The web page: bundled, prebuilt or off")
set_property(CACHE UI PROPERTY STRINGS bundled prebuilt off)
set(UI_DIST "" CACHE PATH "UI=prebuilt: the dist/ of a build of ui/")

if(NOT UI STREQUAL "off")
  enable_language(ASM)  # here, as it may not be called from a function
endif()

set(paddock_ui_ways "Configure with -DUI=off to build without the web page, or with -DUI=prebuilt -DUI_DIST=FOLDER to "
                    "take a dist/ that was built elsewhere.")
string(CONCAT paddock_ui_ways ${paddock_ui_ways})

# Sets NODE and NPM, or says what is missing.
function(paddock_need_npm)
  find_program(NODE NAMES node nodejs)
  find_program(NPM npm)
  if(NOT NODE OR NOT NPM)
    message(FATAL_ERROR "The web page is built by npm, which is not here: install it (Debian and Ubuntu: "
                        "apt-get install nodejs npm). ${paddock_ui_ways}")
  endif()
  execute_process(COMMAND ${NODE} --version OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX REPLACE "^v" "" version "${version}")
  if(version VERSION_LESS 18)
    message(FATAL_ERROR "The web page needs Node 18 or newer, and ${NODE} is ${version}. ${paddock_ui_ways}")
  endif()
endfunction()

# Builds ui/ in the build folder, so that builds beside each other share nothing, and sets OUT to its dist/.
function(paddock_bundle out)
  paddock_need_npm()
  set(from ${PROJECT_SOURCE_DIR}/ui)
  set(to ${PROJECT_BINARY_DIR}/ui)
  set(fetch ${PROJECT_SOURCE_DIR}/scripts/cmake/npm_ci.cmake)
  set(lists ${from}/package.json ${from}/package-lock.json ${from}/.npmrc)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${from}/src/* ${from}/scripts/*)
  list(APPEND sources ${from}/index.html ${from}/vite.config.mjs)
  add_custom_command(
    OUTPUT ${to}/installed
    COMMAND ${CMAKE_COMMAND} -E make_directory ${to}
    COMMAND ${CMAKE_COMMAND} -E copy ${lists} ${to}
    COMMAND ${CMAKE_COMMAND} -D NPM=${NPM} -D WAYS=${paddock_ui_ways} -P ${fetch}
    COMMAND ${CMAKE_COMMAND} -E touch ${to}/installed
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/ui
    DEPENDS ${lists} ${fetch}
    COMMENT "Fetching what the web page is built with (npm ci)"
    VERBATIM)
  add_custom_command(
    OUTPUT ${to}/dist/index.html
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${to}/src ${to}/scripts
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${from}/src ${to}/src
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${from}/scripts ${to}/scripts
    COMMAND ${CMAKE_COMMAND} -E copy ${from}/index.html ${from}/vite.config.mjs ${to}
    COMMAND ${NPM} run --silent build
    WORKING_DIRECTORY ${to}
    DEPENDS ${to}/installed ${sources}
    COMMENT "Building the web page"
    VERBATIM)
  file(MAKE_DIRECTORY ${to})
  set(${out} ${to}/dist PARENT_SCOPE)
endfunction()

# paddock_page(OUT): sets OUT to the source that defines page::built_in(), and adds paddock_page_bytes, the files
# themselves as object data.
function(paddock_page out)
  if(UI STREQUAL "off")
    # A build folder keeps it, also for who has forgotten that it was ever chosen.
    message(STATUS "Without the web page, as this build folder was told UI=off. With it: -DUI=bundled")
    set(${out} none.cpp PARENT_SCOPE)
    return()
  elseif(UI STREQUAL "bundled")
    paddock_bundle(dist)
    set(files ${dist}/index.html)
  elseif(UI STREQUAL "prebuilt")
    get_filename_component(dist "${UI_DIST}" ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
    if(NOT UI_DIST OR NOT EXISTS ${dist}/index.html)
      message(FATAL_ERROR "-DUI=prebuilt takes the page from -DUI_DIST=FOLDER, and '${UI_DIST}' has no index.html.")
    endif()
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${dist}/*)
  else()
    message(FATAL_ERROR "-DUI=${UI} is none of bundled, prebuilt and off.")
  endif()
  set(made ${CMAKE_CURRENT_BINARY_DIR})
  set(script ${PROJECT_SOURCE_DIR}/scripts/cmake/embed_page.cmake)
  add_custom_command(
    OUTPUT ${made}/page_files.cpp ${made}/page_bytes.s
    COMMAND ${CMAKE_COMMAND} -D DIST=${dist} -D OUT=${made} -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "Embedding the web page"
    VERBATIM)
  # Not our code: no flags of ours, and no preprocessor, hence `.s`.
  add_library(paddock_page_bytes STATIC ${made}/page_bytes.s)
  set_source_files_properties(${made}/page_bytes.s PROPERTIES LANGUAGE ASM)
  set(${out} ${made}/page_files.cpp PARENT_SCOPE)
endfunction()
