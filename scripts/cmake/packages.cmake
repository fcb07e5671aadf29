# What `cmake --install` puts where, and how cpack makes a .deb of it: see docs/packages.md. Component `program` is
# what a prefix holds; `service` goes to fixed places of a Debian system and is in the package alone.
set(described ${PROJECT_BINARY_DIR}/described)
set(PADDOCK_MAINTAINER "The paddock developers <paddock@paddock.invalid>"
    CACHE STRING "Who answers for the package, as Debian writes it: NAME <ADDRESS>")

# Packages of one commit are the same, whenever they are made.
set(day $ENV{SOURCE_DATE_EPOCH})
if(NOT day AND GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} log -1 --format=%ct WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE day OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT day)
  string(TIMESTAMP day "%s" UTC)
endif()

set(scripts ${PROJECT_SOURCE_DIR}/scripts)
add_custom_command(
  OUTPUT ${described}/paddock.1.gz ${described}/paddock.bash ${described}/_paddock ${described}/paddock.fish
  COMMAND ${scripts}/describe_cli.sh $<TARGET_FILE:paddock> ${PROJECT_VERSION} ${described}
  COMMAND gzip -9nf ${described}/paddock.1
  DEPENDS paddock ${scripts}/describe_cli.sh ${PROJECT_SOURCE_DIR}/docs/paddock.1.in
  COMMENT "Describing the command line"
  VERBATIM)
add_custom_command(
  OUTPUT ${described}/changelog.gz
  COMMAND sh -c "\"$1\" \"$2\" \"$3\" \"$4\" <\"$5\" >\"$6\" && gzip -9nf \"$6\"" sh ${scripts}/debian_changelog.sh
          ${PROJECT_VERSION} ${PADDOCK_MAINTAINER} ${day} ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${described}/changelog
  DEPENDS ${scripts}/debian_changelog.sh ${PROJECT_SOURCE_DIR}/CHANGELOG.md
  VERBATIM)
# Not in builds for tests, whose program is slow.
if(NOT PADDOCK_TESTS AND NOT PADDOCK_FUZZ)
  set(all ALL)
endif()
add_custom_target(described ${all} DEPENDS ${described}/paddock.1.gz ${described}/changelog.gz)

file(READ ${PROJECT_SOURCE_DIR}/LICENSE licence)
string(REGEX MATCH "Copyright[^\n]*" holder "${licence}")
string(REGEX REPLACE "^.*Copyright[^\n]*\n+" "" licence "${licence}")
string(REGEX REPLACE "\n\n" "\n.\n" licence "${licence}")
string(REGEX REPLACE "\n([^\n])" "\n \\1" licence "\n${licence}")
file(WRITE ${described}/copyright
     "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: paddock

Files: *
${holder}
License: Expat

License: Expat${licence}")
file(READ ${described}/copyright text)
string(REGEX REPLACE "\nCopyright [(]c[)]" "\nCopyright:" text "${text}")
file(WRITE ${described}/copyright "${text}")

set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
                                                WORLD_EXECUTE)
set(package ${PROJECT_SOURCE_DIR}/config/package)
install(TARGETS paddock RUNTIME DESTINATION bin COMPONENT program)
install(FILES ${described}/paddock.1.gz DESTINATION share/man/man1 COMPONENT program)
install(FILES ${described}/paddock.bash DESTINATION share/bash-completion/completions RENAME paddock COMPONENT program)
install(FILES ${described}/_paddock DESTINATION share/zsh/vendor-completions COMPONENT program)
install(FILES ${described}/paddock.fish DESTINATION share/fish/vendor_completions.d COMPONENT program)
install(FILES README.md ${described}/copyright DESTINATION share/doc/paddock COMPONENT program)
install(DIRECTORY docs/ DESTINATION share/doc/paddock/docs COMPONENT program FILES_MATCHING PATTERN "*.md"
        PATTERN decisions EXCLUDE)
install(FILES config/example.yaml config/minimal.yaml config/demo.yaml config/schema.json
        DESTINATION share/doc/paddock/config COMPONENT program)
install(FILES ${described}/changelog.gz DESTINATION share/doc/paddock COMPONENT service EXCLUDE_FROM_ALL)
install(FILES config/packaged.yaml DESTINATION /etc/paddock RENAME config.yaml COMPONENT service EXCLUDE_FROM_ALL)
install(FILES ${package}/paddock.service DESTINATION lib/systemd/system COMPONENT service EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME paddock)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${PADDOCK_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "model servers behind one address, swapped on demand")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "paddock starts llama-server, sd-server, whisper-server and the like when a
request needs them, stops what cannot stay beside them, and passes the
request on. It speaks the APIs of OpenAI, Anthropic and Ollama, and takes
llama-swap's configurations as they are.")
set(CPACK_COMPONENTS_ALL program service)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
# Or what goes to /etc would be installed on this machine.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${package}/conffiles ${package}/postinst ${package}/prerm ${package}/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
