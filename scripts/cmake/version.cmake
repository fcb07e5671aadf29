# The commit and the day, for `paddock --version`; a tree without git has neither.
find_package(Git QUIET)
set(PADDOCK_COMMIT "unknown")
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed)
    set(PADDOCK_COMMIT ${commit})
  endif()
endif()
