// Go's text/template: the syntax tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace firedrill::templates {

enum class NodeKind : std::uint8_t {
  list,        // children
  text,        // value
  action,      // pipe
  pipe,        // declared variables, children: commands
  command,     // children: operands
  identifier,  // value: a function's name
  variable,    // names: $x, then fields
  field,       // names
  chain,       // children[0], then names
  dot,
  nil,
  boolean,  // truth
  number,
  string,  // value
  if_,     // pipe, list, otherwise
  with,
  range,
  template_,  // value: the name; pipe or none
  break_,
  continue_,
  else_,  // only while parsing
  end,
};

struct Function;
struct Node;
using NodePtr = std::unique_ptr<Node>;

struct Node {
  NodeKind kind;
  std::size_t position;  // byte offset in the text
  std::string source;    // of strings and numbers: as written
  std::string value;
  const Function* function = nullptr;  // of an identifier
  std::vector<std::string> names;
  std::vector<NodePtr> children;
  std::vector<NodePtr> declared;
  bool assigns = false;  // = instead of :=
  bool truth = false;
  NodePtr pipe;
  NodePtr list;
  NodePtr otherwise;

  // A number fits whatever is asked for, if it can: 1.0 serves as an integer too. Without context it is an integer
  // unless it is written with one of ".eEpP".
  bool is_integer = false;
  bool is_float = false;
  bool floating = false;  // without context
  std::int64_t integer = 0;
  double number = 0;
};

// The text of a node as messages show it: "index $labels \"job\"".
std::string to_string(const Node& node);

// The trees of one text: its own, under the name that it was given, and what it defines.
using Trees = std::map<std::string, NodePtr>;

}  // namespace firedrill::templates
