# The commit, for `paddock --version`: of this checkout, or as -DPADDOCK_COMMIT= says where there is no git, as in an
# image's build. The version itself stands in the top CMakeLists.txt and nowhere else.
find_package(Git QUIET)
if(NOT PADDOCK_COMMIT)
  set(PADDOCK_COMMIT "unknown")
  if(GIT_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed ERROR_QUIET)
    if(NOT failed)
      set(PADDOCK_COMMIT ${commit})
    endif()
  endif()
endif()
