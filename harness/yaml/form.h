// By which keys a file is known to be what it was taken for. A file that another file named may be any file of the
// repository, a file of credentials too: its text is shown only once it has one of those keys.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "yaml/document.h"

namespace firedrill::yaml {

// Each stands beside the decoder of its files.
struct FileForm {
  std::string_view name;  // "rule file"
  std::span<const std::string_view> keys;
  std::string_view expected;                        // of a remedy: "expected `groups:` with a list of groups"
  bool (*has_no_keys)(const Node& root) = nullptr;  // whether it is of the form without any of the keys
  bool merges_in_order = false;                     // Document::take_merges_in_order
  bool (*claims)(const Node& root) = nullptr;       // whether it is of the form, whatever other form's keys it has
};

// The forms that a file may have whose form nothing says.
struct FileForms {
  std::span<const FileForm* const> forms;
  std::string_view expected;  // of a remedy
};
// The one that claims the root, else the first of these that has one of its keys; null if there is none, which is then
// told by the other.
const FileForm* form_of(const Node& root, const FileForms& forms);
void report_unknown_form(const Node& root, const FileForms& forms, Diagnostics& diagnostics);

// The source's document. Of a guarded source it is null, too, if it is not of the form, which is told; what is told of
// such a file names its place and no more of its text than promtool would.
std::unique_ptr<Document> parse_as(const FileForm& form, const SourcePtr& source, Dialect dialect,
                                   Diagnostics& diagnostics);
// The same of a file that may be of any of the forms.
std::unique_ptr<Document> parse_as_any(const FileForms& forms, const SourcePtr& source, Dialect dialect,
                                       Diagnostics& diagnostics);

}  // namespace firedrill::yaml
