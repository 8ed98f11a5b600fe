// Any bytes as a scenario and as a topology: whatever is wrong is told with a place that exists, and nothing else
// happens.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "fake_services/topology/topology_yaml.h"
#include "scenario/scenario_yaml.h"
#include "yaml/document.h"

using firedrill::Diagnostic;
using firedrill::Diagnostics;
using firedrill::Position;
using firedrill::yaml::Document;
using firedrill::yaml::Node;

namespace {

void check_position(const Position& where, const std::string& text) {
  std::size_t lines = 1;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  if (where.source == nullptr || where.line < 1 || where.line > lines || where.column < 1 || where.length < 1) {
    std::abort();
  }
}

void check_diagnostics(const Diagnostics& diagnostics, const std::string& text) {
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.what.empty()) std::abort();
    check_position(diagnostic.where, text);
  }
  firedrill::render(diagnostics);
}

// Every place in every scalar; bounded, since a shared node is met once for each alias.
void check_places(const Node& node, const std::string& text, int& budget) {
  if (--budget < 0) return;
  check_position(node.where(), text);
  if (node.is_scalar()) {
    for (std::size_t i = 0; i <= node.text.size() && i < 64; ++i) check_position(node.at(i), text);
  }
  for (const Node* item : node.items) check_places(*item, text, budget);
  for (const Node::Entry& entry : node.entries) check_places(*entry.value, text, budget);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto source = firedrill::make_source("fuzz.yaml", text);
  Diagnostics diagnostics;
  const auto document = Document::parse(source, diagnostics);
  check_diagnostics(diagnostics, text);
  if (document == nullptr) {
    if (!firedrill::has_errors(diagnostics)) std::abort();
    return 0;
  }
  int budget = 1000;
  check_places(document->root(), text, budget);
  firedrill::scenario::decode_scenario_file(document->root(), "fuzz", diagnostics);
  firedrill::fake_services::decode_topology(document->root(), {}, diagnostics);
  check_diagnostics(diagnostics, text);
  return 0;
}
