// The document's parse: checks of the raw text, then the event builder (builder.cc).
#include "base/text/format.h"
#include "base/text/utf8.h"
#include "yaml/builder.h"
#include "yaml/document.h"

namespace firedrill::yaml {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// yaml-cpp tokenises a flow collection as a whole before its first event, at some 200 bytes of memory for each of
// these.
constexpr std::size_t kMaxFlowIndicators = 500'000;

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Characters that YAML does not allow: yaml-cpp would take 0x04 for the end of the file and keep the rest.
bool is_forbidden(std::string_view text, std::size_t i) {
  const auto c = static_cast<unsigned char>(text[i]);
  if (c < 0x20) return c != '\t' && c != '\n' && c != '\r';
  if (c == 0x7F) return true;
  if (c == 0xC2 && i + 1 < text.size()) {  // C1 controls but NEL
    const auto next = static_cast<unsigned char>(text[i + 1]);
    return next < 0xA0 && next != 0x85;
  }
  if (c == 0xEF && i + 2 < text.size()) {  // U+FFFE, U+FFFF
    const auto rest = text.substr(i + 1, 2);
    return rest == "\xBF\xBE" || rest == "\xBF\xBF";
  }
  return false;
}

std::string code_point_name(std::string_view text, std::size_t i) {
  const auto c = static_cast<unsigned char>(text[i]);
  if (c < 0x80) return format("U+{:04X}", c);
  if (c == 0xC2) return format("U+{:04X}", static_cast<unsigned char>(text[i + 1]));
  return text[i + 2] == '\xBE' ? "U+FFFE" : "U+FFFF";
}

// The text's faults below the level of YAML. False if it must not be parsed.
bool check_text(const Document& document, std::size_t begin, Diagnostics& diagnostics) {
  const std::string& text = document.source()->text;
  const auto refuse = [&](std::size_t offset, std::string what, std::string remedy) {
    diagnostics.push_back({Severity::error, document.position(offset, 1), std::move(what), std::move(remedy)});
    return false;
  };
  if (starts_with(text, "\xFF\xFE") || starts_with(text, "\xFE\xFF")) {
    return refuse(0, "the file is encoded in UTF-16", "save it as UTF-8");
  }
  const std::size_t bad = first_invalid_utf8(text);
  if (bad != std::string_view::npos && text.find('\0') != std::string::npos) {
    return refuse(bad, "this is a binary file, not YAML", "name a text file");
  }
  if (bad != std::string_view::npos) {
    return refuse(bad, format("byte 0x{:02X} is not valid UTF-8", static_cast<unsigned char>(text[bad])),
                  "save the file as UTF-8");
  }
  std::size_t indicators = 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (is_forbidden(text, i)) {
      return refuse(i, format("the control character {} is not allowed in YAML", code_point_name(text, i)),
                    "remove it, or write it as an escape in double quotes");
    }
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) {
      return refuse(i, "a carriage return stands without a newline", "end lines with \\n or \\r\\n");
    }
    const char c = text[i];
    if ((c == '[' || c == '{' || c == ',') && ++indicators > kMaxFlowIndicators) {
      return refuse(i, format("the file has more than {} of '[', '{{' and ','", kMaxFlowIndicators),
                    "split it into several files");
    }
  }
  return true;
}

}  // namespace

std::unique_ptr<Document> Document::parse(const SourcePtr& source, Diagnostics& diagnostics, Dialect dialect) {
  auto document = std::make_unique<Document>(source);
  const std::size_t begin = starts_with(source->text, kByteOrderMark) ? kByteOrderMark.size() : 0;
  if (!check_text(*document, begin, diagnostics)) return nullptr;
  if (!build_document(*document, begin, dialect, diagnostics)) return nullptr;
  return document;
}

std::vector<std::unique_ptr<Document>> Document::parse_all(const SourcePtr& source, Diagnostics& diagnostics) {
  std::vector<std::unique_ptr<Document>> documents;
  const Document whole(source);
  const std::size_t begin = starts_with(source->text, kByteOrderMark) ? kByteOrderMark.size() : 0;
  if (check_text(whole, begin, diagnostics)) build_documents(source, begin, documents, diagnostics);
  return documents;
}

}  // namespace firedrill::yaml
