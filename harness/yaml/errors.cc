#include "yaml/errors.h"

#include <yaml-cpp/exceptions.h>

#include <algorithm>
#include <string_view>

#include "base/text/format.h"

namespace firedrill::yaml {
namespace {

struct Explanation {
  std::string_view msg;  // yaml-cpp's, or its beginning
  std::string_view what;
  std::string_view remedy;
};

const Explanation kExplanations[] = {
    {YAML::ErrorMsg::MAP_VALUE, "a key and its value cannot stand here",
     "quote a text that contains ': ', and indent the keys of a mapping equally"},
    {YAML::ErrorMsg::MAP_KEY, "a key cannot stand here", "indent the keys of a mapping equally"},
    {YAML::ErrorMsg::BLOCK_ENTRY, "a list item '- ' cannot stand here",
     "start each item on a line of its own, all at the same indentation"},
    {YAML::ErrorMsg::END_OF_MAP_FLOW, "expected ',' or '}' in this mapping",
     "close it with '}', and quote texts that contain any of , : [ ] { }"},
    {YAML::ErrorMsg::END_OF_SEQ_FLOW, "expected ',' or ']' in this list",
     "close it with ']', and quote texts that contain any of , : [ ] { }"},
    {YAML::ErrorMsg::END_OF_MAP, "expected a key at the mapping's indentation",
     "indent the keys of a mapping equally, and quote a value that goes on after a closing quote"},
    {YAML::ErrorMsg::END_OF_SEQ, "expected a list item '- ' at the list's indentation",
     "indent the items of a list equally"},
    {YAML::ErrorMsg::FLOW_END, "this bracket closes nothing", "remove it, or put the text into quotes"},
    {YAML::ErrorMsg::EOF_IN_SCALAR, "the file ends inside a quoted text", "close the quote"},
    {YAML::ErrorMsg::DOC_IN_SCALAR, "a document marker stands inside a quoted text", "close the quote before it"},
    {YAML::ErrorMsg::TAB_IN_INDENTATION, "a tab is used for indentation", "indent with spaces"},
    {YAML::ErrorMsg::INVALID_ESCAPE, "unknown escape in a text in double quotes",
     "use single quotes for text with backslashes, or write \\\\ for one"},
    {YAML::ErrorMsg::INVALID_HEX, "an escape needs hexadecimal digits here",
     "write it as \\xHH, \\uHHHH or \\UHHHHHHHH"},
    {YAML::ErrorMsg::INVALID_UNICODE, "this escape is not a Unicode character",
     "write one up to \\U0010FFFF that is no half of a pair (\\uD800 to \\uDFFF), or use single quotes"},
    {YAML::ErrorMsg::UNKNOWN_ANCHOR, "this alias has no anchor", "define it before with &name, or quote the text"},
    {YAML::ErrorMsg::ALIAS_NOT_FOUND, "'*' needs the name of an anchor", "quote a text that begins with '*'"},
    {YAML::ErrorMsg::ANCHOR_NOT_FOUND, "'&' needs a name", "quote a text that begins with '&'"},
    {YAML::ErrorMsg::CHAR_IN_ALIAS, "this cannot be part of an alias", "quote a text that begins with '*'"},
    {YAML::ErrorMsg::CHAR_IN_ANCHOR, "this cannot be part of an anchor", "quote a text that begins with '&'"},
    {YAML::ErrorMsg::MULTIPLE_TAGS, "a value can have one tag", "remove one of them"},
    {YAML::ErrorMsg::MULTIPLE_ANCHORS, "a value can have one anchor", "remove one of them"},
    {YAML::ErrorMsg::ZERO_INDENT_IN_BLOCK, "a block text cannot be indented by 0", "use 1 to 9, or leave it out"},
    {YAML::ErrorMsg::CHAR_IN_BLOCK, "unexpected text behind '|' or '>'", "begin the block text on the next line"},
    {YAML::ErrorMsg::UNKNOWN_TOKEN, "no value can begin with this character", "put the text into quotes"},
    {YAML::ErrorMsg::BAD_FILE, "the document is nested too deeply", "flatten it"},
};

// yaml-cpp only says that no key can stand after a tab; what is wrong is the tab.
bool indented_with_tab(std::string_view text, std::size_t offset) {
  const std::size_t newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  const std::size_t first = text.find_first_not_of(" \t", start);
  return text.substr(start, (first == std::string_view::npos ? offset : first) - start).find('\t') !=
         std::string_view::npos;
}

std::size_t tab_offset(std::string_view text, std::size_t offset) {
  const std::size_t newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return text.find('\t', newline == std::string_view::npos ? 0 : newline + 1);
}

}  // namespace

Diagnostic explain_yaml_error(const Document& document, std::size_t begin, const YAML::Exception& error) {
  const std::string_view text = document.source()->text;
  std::size_t offset = std::min(begin + static_cast<std::size_t>(std::max(error.mark.pos, 0)), text.size());
  const std::string_view msg = error.msg;
  if (msg != YAML::ErrorMsg::EOF_IN_SCALAR && indented_with_tab(text, offset)) {
    return {Severity::error, document.position(tab_offset(text, offset), 1), "a tab is used for indentation",
            "indent with spaces"};
  }
  for (const Explanation& known : kExplanations) {
    if (!msg.starts_with(known.msg)) continue;
    return {Severity::error, document.position(offset, 1), std::string(known.what), std::string(known.remedy)};
  }
  return {Severity::error, document.position(offset, 1), format("this is not valid YAML: {}", msg), ""};
}

}  // namespace firedrill::yaml
