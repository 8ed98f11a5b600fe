#include "template/template_set.h"

#include <utility>

#include "base/text/format.h"
#include "template/bounds.h"
#include "template/run/exec.h"

namespace firedrill::templates {

std::expected<void, std::string> TemplateSet::add(std::string name, std::string text) {
  if (text.size() > kMaxTextBytes) {
    return std::unexpected(format("template: {}: larger than {} bytes", name, kMaxTextBytes));
  }
  auto trees = parse_template(name, text, language_);
  if (!trees) return std::unexpected(std::move(trees.error()));
  const auto source = std::make_shared<const ParsedText>(std::move(name), std::move(text));
  for (auto& [defined, tree] : *trees) {
    auto& known = definitions_[defined];
    if (known == nullptr || !empty_tree(*tree)) known = std::make_shared<const Definition>(source, std::move(tree));
  }
  return {};
}

std::expected<std::string, std::string> TemplateSet::execute(const std::string& name, const Value& root,
                                                             const Execution& execution) const {
  return execute_template(name, definitions_, root, {language_.go, execution.host, execution.bounds}, execution.budget,
                          execution.output);
}

}  // namespace firedrill::templates
