#include "template/parse/nodes.h"

#include "model/labels.h"

namespace firedrill::templates {
namespace {

std::string joined(const std::vector<NodePtr>& nodes, std::string_view between) {
  std::string out;
  for (const NodePtr& node : nodes) {
    if (!out.empty()) out += between;
    out += to_string(*node);
  }
  return out;
}

std::string fields(const std::vector<std::string>& names, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < names.size(); ++i) out += "." + names[i];
  return out;
}

std::string parenthesized(const Node& node) {
  return node.kind == NodeKind::pipe ? "(" + to_string(node) + ")" : to_string(node);
}

std::string branch(std::string_view word, const Node& node) {
  std::string out = "{{" + std::string(word) + " " + to_string(*node.pipe) + "}}" + to_string(*node.list);
  if (node.otherwise) out += "{{else}}" + to_string(*node.otherwise);
  return out + "{{end}}";
}

}  // namespace

std::string to_string(const Node& node) {
  switch (node.kind) {
    case NodeKind::list:
      return joined(node.children, "");
    case NodeKind::text:
      return model::quote(node.value);
    case NodeKind::action:
      return "{{" + to_string(*node.pipe) + "}}";
    case NodeKind::pipe: {
      std::string out = joined(node.declared, ", ");
      if (!out.empty()) out += node.assigns ? " = " : " := ";
      return out + joined(node.children, " | ");
    }
    case NodeKind::command: {
      std::string out;
      for (const NodePtr& child : node.children) {
        if (!out.empty()) out += " ";
        out += parenthesized(*child);
      }
      return out;
    }
    case NodeKind::identifier:
      return node.value;
    case NodeKind::variable:
      return node.names[0] + fields(node.names, 1);
    case NodeKind::field:
      return fields(node.names, 0);
    case NodeKind::chain:
      return parenthesized(*node.children[0]) + fields(node.names, 0);
    case NodeKind::dot:
      return ".";
    case NodeKind::nil:
      return "nil";
    case NodeKind::boolean:
      return node.truth ? "true" : "false";
    case NodeKind::number:
    case NodeKind::string:
      return node.source;
    case NodeKind::if_:
      return branch("if", node);
    case NodeKind::with:
      return branch("with", node);
    case NodeKind::range:
      return branch("range", node);
    case NodeKind::template_:
      return "{{template " + model::quote(node.value) + (node.pipe ? " " + to_string(*node.pipe) : "") + "}}";
    case NodeKind::break_:
      return "{{break}}";
    case NodeKind::continue_:
      return "{{continue}}";
    case NodeKind::else_:
      return "{{else}}";
    case NodeKind::end:
      return "{{end}}";
  }
  return {};
}

}  // namespace firedrill::templates
