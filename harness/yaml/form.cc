#include "yaml/form.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::yaml {
namespace {

bool is_claimed(const Node& root, const FileForm& form) {
  return form.claims != nullptr && form.claims(root);
}

bool has_key_of(const Node& root, const FileForm& form) {
  return std::ranges::any_of(form.keys, [&](std::string_view key) { return root.entry(key) != nullptr; });
}

// `known` tells whether a root is what was expected.
template <typename Known, typename Refuse>
std::unique_ptr<Document> parse_known(const SourcePtr& source, Dialect dialect, Diagnostics& diagnostics,
                                      const Known& known, const Refuse& refuse) {
  if (source->quoting == Quoting::full) return Document::parse(source, diagnostics, dialect);
  Diagnostics found;
  auto document = Document::parse(make_source(source->name, source->text), found, dialect);
  const bool empty = document != nullptr && document->root().is_null();
  if (document != nullptr && ((empty && found.empty()) || known(document->root()))) {
    for (Diagnostic& each : found) diagnostics.push_back(std::move(each));
    return document;
  }
  // Once more for what may be told, which the guarded source decides.
  Diagnostics guarded;
  document = Document::parse(source, guarded, dialect);
  if (document != nullptr && !document->root().is_null()) {
    refuse(document->root());
    return nullptr;
  }
  for (Diagnostic& each : guarded) diagnostics.push_back(std::move(each));
  return document;
}

// Of a key that was mistyped no more is told than the right one, and where it stands.
void report_form(const Node& root, const std::string& what, const std::vector<std::string>& keys,
                 std::string_view expected, Diagnostics& diagnostics) {
  for (const Node::Entry& entry : root.entries) {
    if (const std::string near = nearest(entry.key, keys); !near.empty()) {
      return report(diagnostics, entry.key_node->where(), what, format("did you mean '{}'?", near));
    }
  }
  report(diagnostics, root.where(), what, std::string(expected));
}

void report_other_form(const Node& root, const FileForm& form, Diagnostics& diagnostics) {
  const std::string found = root.is_mapping() ? format("a mapping without `{}`", form.keys.front()) : root.describe();
  report_form(root, format("this is no {}: found {}", form.name, found), {form.keys.begin(), form.keys.end()},
              form.expected, diagnostics);
}

}  // namespace

const FileForm* form_of(const Node& root, const FileForms& forms) {
  const auto claiming =
      std::ranges::find_if(forms.forms, [&](const FileForm* form) { return is_claimed(root, *form); });
  if (claiming != forms.forms.end()) return *claiming;
  const auto found = std::ranges::find_if(forms.forms, [&](const FileForm* form) { return has_key_of(root, *form); });
  return found == forms.forms.end() ? nullptr : *found;
}

void report_unknown_form(const Node& root, const FileForms& forms, Diagnostics& diagnostics) {
  std::vector<std::string> keys;
  for (const FileForm* form : forms.forms) keys.insert(keys.end(), form->keys.begin(), form->keys.end());
  report_form(root, "it is not clear what kind of file this is", keys, forms.expected, diagnostics);
}

std::unique_ptr<Document> parse_as(const FileForm& form, const SourcePtr& source, Dialect dialect,
                                   Diagnostics& diagnostics) {
  auto document = parse_known(
      source, dialect, diagnostics,
      [&](const Node& root) {
        return is_claimed(root, form) || has_key_of(root, form) ||
               (form.has_no_keys != nullptr && form.has_no_keys(root));
      },
      [&](const Node& root) { report_other_form(root, form, diagnostics); });
  if (document != nullptr && form.merges_in_order) document->take_merges_in_order();
  return document;
}

std::unique_ptr<Document> parse_as_any(const FileForms& forms, const SourcePtr& source, Dialect dialect,
                                       Diagnostics& diagnostics) {
  auto document = parse_known(
      source, dialect, diagnostics, [&](const Node& root) { return form_of(root, forms) != nullptr; },
      [&](const Node& root) { report_unknown_form(root, forms, diagnostics); });
  const FileForm* form = document == nullptr ? nullptr : form_of(document->root(), forms);
  if (form != nullptr && form->merges_in_order) document->take_merges_in_order();
  return document;
}

}  // namespace firedrill::yaml
