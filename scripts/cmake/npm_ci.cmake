# Run by the build beside a package-lock.json: cmake -D NPM=PROGRAM -D WAYS=SENTENCE -P npm_ci.cmake
#
# Fetches what stands there; if npm cannot, says what to do instead.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND ${NPM} ci --no-audit --no-fund --loglevel=error --fetch-timeout=60000
                RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "npm could not fetch what the web page is built with; why stands above. It asks its registry, or "
                      "the mirror that `npm config set registry URL` names. ${WAYS}")
endif()
