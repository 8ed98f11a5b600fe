#include "incident/slo/slos_yaml.h"

#include <algorithm>
#include <array>

#include "base/report.h"
#include "base/text/format.h"
#include "incident/slo/openslo_yaml.h"
#include "incident/slo/slo.h"
#include "incident/slo/sloth_yaml.h"
#include "promql/parse/expression_yaml.h"
#include "promql/parse/parser.h"
#include "yaml/decode.h"

namespace firedrill::incident {
namespace {

using yaml::Document;
using yaml::Node;
using yaml::Nulls;

constexpr std::array<std::string_view, 2> kKeys = {"slos", "queries"};

void decode_slos(const Node& list, SloFile& file, Diagnostics& diagnostics) {
  if (list.is_null() || !expect_sequence(list, "'slos'", diagnostics)) return;
  if (!expect_few(list, "'slos'", diagnostics)) return;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Node& item = *list.items[i];
    const Node* name = item.find("name");
    const std::string what =
        name != nullptr && name->is_scalar() ? format("SLO '{}'", name->text) : format("SLO {}", i + 1);
    const std::size_t before = diagnostics.size();
    const Fields fields = decode_fields(item, slo_fields(), {}, what, Nulls::strict, diagnostics);
    if (diagnostics.size() != before) continue;
    auto slo = make_slo(fields);
    if (!slo) {
      for (Diagnostic& error : slo.error()) diagnostics.push_back(std::move(error));
      continue;
    }
    const bool repeated = std::any_of(file.slos.begin(), file.slos.end(),
                                      [&](const SloFile::Entry& e) { return e.slo.name == slo->name; });
    if (repeated) {
      report(diagnostics, fields.where("name"), format("two SLOs are called '{}'", slo->name), "rename one of them");
      continue;
    }
    file.slos.push_back({*std::move(slo), fields.where("name"), fields.where("service")});
  }
}

void decode_queries(const Node& mapping, const promql::ParseOptions& options, SloFile& file, Diagnostics& diagnostics) {
  if (mapping.is_null() || !expect_mapping(mapping, "'queries'", diagnostics)) return;
  for (const Node::Entry& entry : mapping.entries) {
    if (!entry.value->is_scalar()) {
      report(diagnostics, entry.key_node->where(),
             format("the query '{}' must be an expression, found {}", entry.key, entry.value->describe()),
             "write PromQL behind its name");
      continue;
    }
    auto expression = parse_expression(*entry.value, options, diagnostics);
    if (expression == nullptr) continue;
    file.queries.push_back({entry.key, entry.value->text, std::move(expression)});
  }
}

// The expressions alone: no key is one of ours, and every value is a text.
bool is_queries_alone(const Node& root) {
  return root.is_mapping() && !root.entries.empty() &&
         std::none_of(root.entries.begin(), root.entries.end(), [](const Node::Entry& entry) {
           return entry.key == "slos" || entry.key == "queries" || !entry.value->is_scalar();
         });
}

// Whether a root without our keys is expressions by name, and nothing else, each with a selector's or a call's
// brackets. A word alone is PromQL, too; a file of words by name may hold passwords.
bool holds_queries_alone(const Node& root) {
  return is_queries_alone(root) && std::ranges::all_of(root.entries, [](const Node::Entry& entry) {
           const std::string& text = entry.value->text;
           return text.find_first_of("({[") != std::string::npos && promql::parse_text(text, {}).has_value();
         });
}

bool starts_text(const Node* node, std::string_view prefix) {
  return node != nullptr && node->is_scalar() && node->text.starts_with(prefix);
}

bool is_openslo(const Node& root) {
  return starts_text(root.find("apiVersion"), "openslo");
}
bool is_sloth(const Node& root) {
  return starts_text(root.find("apiVersion"), "sloth.slok.dev/") || starts_text(root.find("version"), "prometheus/");
}
// Whatever other keys it has: `apiVersion` is one of rule files, too.
bool is_of_others(const Node& root) {
  return is_openslo(root) || is_sloth(root);
}

// Of a version that is not read, no more need be said.
bool is_read(const Node& root, Diagnostics& diagnostics) {
  const Node* version = root.find("apiVersion") != nullptr ? root.find("apiVersion") : root.find("version");
  const std::string_view known = is_openslo(root)                     ? kOpenSloSpec
                                 : root.find("apiVersion") != nullptr ? kSlothResourceSpec
                                                                      : kSlothSpec;
  if (version != nullptr && version->text == known) return true;
  report(diagnostics, (version != nullptr ? *version : root).where(),
         format("SLO files of the version '{}' are not read", version == nullptr ? std::string() : version->text),
         format("expected {}", known));
  return false;
}

void decode_others(const Document& document, const promql::ParseOptions& options, SloFile& file,
                   Diagnostics& diagnostics) {
  std::vector<std::unique_ptr<Document>> documents = Document::parse_all(document.source(), diagnostics);
  std::vector<const Node*> openslo;
  for (const auto& each : documents) {
    const Node& root = each->root();
    if (root.is_null() || !expect_mapping(root, "a document", diagnostics)) continue;
    if (!is_of_others(root)) {
      report(diagnostics, root.where(), "this document is neither OpenSLO's nor Sloth's",
             "put it into a file of its own");
    } else if (!is_read(root, diagnostics)) {
      continue;
    } else if (is_openslo(root)) {
      openslo.push_back(&root);
    } else {
      decode_sloth(root, options, file, diagnostics);
    }
  }
  decode_openslo(openslo, options, file, diagnostics);
}

}  // namespace

constinit const yaml::FileForm kSloForm = {
    .name = "SLO file",
    .keys = kKeys,
    .expected = "expected `slos:` with a list of SLOs, or `queries:` with PromQL by name",
    .has_no_keys = holds_queries_alone,
    .claims = is_of_others};

SloFile decode_slo_file(const Document& document, const promql::ParseOptions& options, Diagnostics& diagnostics) {
  SloFile file;
  const Node& root = document.root();
  if (root.is_null()) {
    report(diagnostics, root.where(), "the SLO file is empty", "expected `slos:` with a list of SLOs");
    return file;
  }
  if (is_of_others(root)) {
    decode_others(document, options, file, diagnostics);
    return file;
  }
  if (is_queries_alone(root)) {
    decode_queries(root, options, file, diagnostics);
    return file;
  }
  decode_fields(root, {}, {kKeys}, "the SLO file", Nulls::strict, diagnostics);
  if (const Node* slos = root.find("slos")) decode_slos(*slos, file, diagnostics);
  if (const Node* queries = root.find("queries")) decode_queries(*queries, options, file, diagnostics);
  return file;
}

}  // namespace firedrill::incident
