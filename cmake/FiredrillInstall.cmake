# cmake --install BUILD [--prefix DIR]: the program, what completes its command lines, the library of scenarios and the
# documentation, where Linux distributions and Homebrew look for them.
include(GNUInstallDirs)

set(completions ${CMAKE_CURRENT_BINARY_DIR}/completions)
foreach(shell bash zsh fish)
  add_custom_command(OUTPUT ${completions}/firedrill.${shell} DEPENDS firedrill VERBATIM
                     COMMAND ${CMAKE_COMMAND} -E make_directory ${completions}
                     COMMAND firedrill completions ${shell} > ${completions}/firedrill.${shell})
  list(APPEND completion_files ${completions}/firedrill.${shell})
endforeach()
# Made when the program is built, so that what is installed is current.
add_custom_target(completions ALL DEPENDS ${completion_files})

install(TARGETS firedrill RUNTIME)
install(FILES ${completions}/firedrill.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME firedrill)
install(FILES ${completions}/firedrill.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _firedrill)
install(FILES ${completions}/firedrill.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/firedrill)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN "*.py" EXCLUDE PATTERN "__pycache__" EXCLUDE)
install(FILES README.md CHANGELOG.md SECURITY.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
