# Writes a source with the texts of the exporters' files, so that they stand in the program (fake_services/exporters).
function(firedrill_exporter_texts target folder)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.yaml)
  list(SORT files)
  set(rows "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    string(APPEND rows "    {\"${name}\", R\"~~~~(${text})~~~~\"},\n")
    set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(source ${CMAKE_BINARY_DIR}/exporter_texts.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Written by cmake/exporter_texts.cmake.
#include \"fake_services/exporters/exporter_texts.h\"

namespace firedrill::fake_services {

std::span<const ExporterText> exporter_texts() {
  static constexpr ExporterText kTexts[] = {
@rows@  };
  return kTexts;
}

}  // namespace firedrill::fake_services
" @ONLY)
  target_sources(${target} PRIVATE ${source})
endfunction()
