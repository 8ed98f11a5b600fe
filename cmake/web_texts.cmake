# Writes a source with the files that the drill's pages load, so that they stand in the program (harness/console/pages).
# A literal has 60,000 characters at most: what compilers have to take is not more.
function(firedrill_web_texts target folder)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*)
  list(SORT files)
  set(rows "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    file(READ ${file} text)
    string(LENGTH "${text}" length)
    if(length GREATER 60000)
      message(FATAL_ERROR "${file} is too long for one literal")
    endif()
    string(APPEND rows "    {\"/${name}\", R\"~~~~(${text})~~~~\"},\n")
    set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(source ${CMAKE_BINARY_DIR}/web_texts.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Written by cmake/web_texts.cmake.
#include \"console/pages/web_texts.h\"

namespace firedrill::console::pages {

std::span<const WebText> web_texts() {
  static constexpr WebText kTexts[] = {
@rows@  };
  return kTexts;
}

}  // namespace firedrill::console::pages
" @ONLY)
  target_sources(${target} PRIVATE ${source})
endfunction()
