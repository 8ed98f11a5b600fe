#include "template/run/exec.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "template/bounds.h"
#include "template/format/go_format.h"
#include "template/format/go_text.h"

namespace firedrill::templates {
namespace {

constexpr std::size_t kMaxAssigned = std::size_t{64} << 20;
// Of text that a function reads or makes: as much work as a node.
constexpr std::size_t kBytesOfStep = 256;

// Errors leave the recursion as an exception, which execute_template catches.
struct ExecError {
  std::string what;
};

enum class Flow { on, break_, continue_ };

// The value that a pipeline hands to its next command; absent for the first one.
using Final = std::optional<Value>;

class Executor {
 public:
  Executor(const Definitions& definitions, const CallContext& context, Budget* budget, Output* output)
      : definitions_(definitions), context_(context), budget_(budget), output_(output) {}

  ~Executor() {
    if (budget_ != nullptr) budget_->take(Bound::template_steps, static_cast<std::int64_t>(steps_));
  }
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  std::string run(const std::string& name, const Definition& definition, const Value& data) {
    name_ = name;
    definition_ = &definition;
    variables_ = {{"$", data}};
    walk(data, *definition.tree);
    if (output_ != nullptr) {
      if (const auto end = output_->end(); !end) fail(end.error());
    }
    return std::move(out_);
  }

 private:
  using Operands = std::span<const NodePtr>;

  [[noreturn]] void fail(const std::string& what) const;
  // Errors are reported at the node last spoken of.
  void at(const Node& node) {
    node_ = &node;
    place_ = definition_;
    count(1);
  }
  void count(std::size_t steps) {
    steps_ += steps;
    if (steps_ > context_.bounds.steps) fail(format("more than {} steps", context_.bounds.steps));
  }
  // A function takes the longer, the longer the texts are that it is given and makes.
  void count_text(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.data)) count(text->size() / kBytesOfStep);
  }
  void write(std::string_view text) {
    const std::size_t most = context_.bounds.output;
    if (out_.size() + text.size() > most) fail(format("output larger than {} bytes", most));
    out_ += text;
  }

  void write_text(std::string_view text) {
    if (output_ == nullptr) return write(text);
    const auto escaped = output_->text(text);
    if (!escaped) fail(escaped.error());
    write(*escaped);
  }

  Flow walk(const Value& dot, const Node& node);
  Flow walk_if_or_with(const Value& dot, const Node& node);
  Flow walk_range(const Value& dot, const Node& node);
  Flow iterate(const Node& node, const Value& key, const Value& element);
  void walk_template(const Value& dot, const Node& node);
  void print(const Node& node, const Value& value);

  Value pipeline(const Value& dot, const Node& pipe);
  Value command(const Value& dot, const Node& command, const Final& final);
  Value operand(const Value& dot, const Node& node);  // evalEmptyInterface
  Value chain(const Value& dot, const Node& node, Operands args, const Final& final);
  Value variable_node(const Value& dot, const Node& node, Operands args, const Final& final);
  Value fields(const Value& dot, Value receiver, const Node& node, std::size_t from, Operands args, const Final& final);
  Value field(const Value& dot, const std::string& name, const Node& node, Operands args, const Final& final,
              const Value& receiver);
  Value method(const Value& dot, const Method& method, const Node& node, Operands args, const Final& final,
               const Value& receiver);
  Value function(const Value& dot, const Node& identifier, const Node& node, Operands args, const Final& final);
  [[noreturn]] void fail_to_call(const Node& node, Operands args, const Value& value);
  Value logical(const Value& dot, const Function& function, Operands args, const Final& final);
  void check_count(std::string_view name, Parameters parameters, bool variadic, Operands args,
                   const Final& final) const;
  std::vector<Value> arguments(const Value& dot, Parameters parameters, Operands args, const Final& final);
  Value finish(std::string_view name, CallResult result, const Node& node);
  Value argument(const Value& dot, const Type& parameter, const Node& node);
  Value constant(const Type& parameter, const Node& node);
  Value validate(const Value& value, const Type& parameter) const;
  void not_a_function(Operands args, const Final& final) const {
    if (args.size() > 1 || final) fail("can't give argument to non-function " + to_string(*args[0]));
  }

  Value& variable(const std::string& name) {
    const auto it =
        std::ranges::find(variables_.rbegin(), variables_.rend(), name, &std::pair<std::string, Value>::first);
    if (it == variables_.rend()) fail("undefined variable: " + name);
    return it->second;
  }

  const Definitions& definitions_;
  const CallContext& context_;
  Budget* const budget_;
  Output* const output_;  // null: texts and values are written as they are
  std::string name_;      // of the template being executed
  const Definition* definition_ = nullptr;
  std::vector<std::pair<std::string, Value>> variables_;
  std::size_t assigned_ = 0;  // bytes of text, to variables
  std::string out_;
  const Node* node_ = nullptr;  // last spoken of, and where it stands
  const Definition* place_ = nullptr;
  std::size_t steps_ = 0;
  int depth_ = 0;
};

void Executor::fail(const std::string& what) const {
  const std::string_view before = std::string_view(place_->source->text).substr(0, node_->position);
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  throw ExecError{format("template: {}:{}:{}: executing {} at <{}>: {}", place_->source->name,
                         1 + std::ranges::count(before, '\n'), column, go_quote(name_), to_string(*node_), what)};
}

Flow Executor::walk(const Value& dot, const Node& node) {
  at(node);
  switch (node.kind) {
    case NodeKind::text:
      write_text(node.value);
      return Flow::on;
    case NodeKind::action: {
      const Value value = pipeline(dot, *node.pipe);
      if (node.pipe->declared.empty()) print(node, value);
      return Flow::on;
    }
    case NodeKind::list:
      for (const NodePtr& child : node.children) {
        if (const Flow flow = walk(dot, *child); flow != Flow::on) return flow;
      }
      return Flow::on;
    case NodeKind::if_:
    case NodeKind::with:
      return walk_if_or_with(dot, node);
    case NodeKind::range:
      return walk_range(dot, node);
    case NodeKind::template_:
      walk_template(dot, node);
      return Flow::on;
    case NodeKind::break_:
      return Flow::break_;
    case NodeKind::continue_:
      return Flow::continue_;
    default:
      fail("unknown node: " + to_string(node));
  }
}

Flow Executor::walk_if_or_with(const Value& dot, const Node& node) {
  const std::size_t mark = variables_.size();
  const Value value = pipeline(dot, *node.pipe);
  Flow flow = Flow::on;
  if (is_true(value)) {
    flow = walk(node.kind == NodeKind::with ? value : dot, *node.list);
  } else if (node.otherwise) {
    flow = walk(dot, *node.otherwise);
  }
  variables_.resize(mark);
  return flow;
}

Flow Executor::iterate(const Node& node, const Value& key, const Value& element) {
  const auto& declared = node.pipe->declared;
  const std::size_t mark = variables_.size();
  if (declared.size() == 1 && node.pipe->assigns) variable(declared[0]->names[0]) = element;
  if (declared.size() == 2 && node.pipe->assigns) {
    variable(declared[0]->names[0]) = key;
    variable(declared[1]->names[0]) = element;
  }
  if (!node.pipe->assigns && !declared.empty()) {
    // The pipeline has pushed them already.
    variables_[mark - 1].second = element;
    if (declared.size() == 2) variables_[mark - 2].second = key;
  }
  const Flow flow = walk(element, *node.list);
  variables_.resize(mark);
  return flow;
}

Flow Executor::walk_range(const Value& dot, const Node& node) {
  const std::size_t mark = variables_.size();
  const Value value = indirect(pipeline(dot, *node.pipe));
  bool empty = true;
  bool stopped = false;
  // False when the loop ends.
  const auto each = [&](const Value& key, const Value& element) {
    empty = false;
    stopped = iterate(node, key, element) == Flow::break_;
    return !stopped;
  };
  const auto each_number = [&] {
    // Numbers came with Go 1.24.
    if (context_.go < GoVersion::go1_24) fail(format("range can't iterate over {}", value.integer()));
    if (node.pipe->declared.size() > 1) {
      fail(format("can't use {} to iterate over more than one variable", value.integer()));
    }
    for (std::int64_t i = 0; i < value.integer(); ++i) {
      if (const Value number = make_integer(i, *value.type); !each(number, number)) break;
    }
  };
  switch (value.valid() ? value.type->kind : Kind::any) {
    case Kind::list: {
      if (is_nil(value)) break;
      const List elements = *value.list();
      const bool anything = value.type->element->kind == Kind::any;
      for (std::size_t i = 0; i < elements.size(); ++i) {
        const Value index = make_integer(static_cast<std::int64_t>(i));
        if (!each(index, anything ? boxed(elements[i]) : elements[i])) break;
      }
      break;
    }
    case Kind::map:
      each_element(value, [&](const std::string& key, const Value& element) { return each(make_text(key), element); });
      break;
    case Kind::any:
      break;
    case Kind::integer:
      each_number();
      break;
    default:
      fail("range can't iterate over " + go_sprint(std::span(&value, 1)));
  }
  Flow flow = Flow::on;
  if (empty && node.otherwise) flow = walk(dot, *node.otherwise);
  variables_.resize(mark);
  return flow;
}

void Executor::walk_template(const Value& dot, const Node& node) {
  const auto called = definitions_.find(node.value);
  if (called == definitions_.end()) fail(format("template {} not defined", go_quote(node.value)));
  if (depth_ == kMaxTemplateDepth) fail(format("exceeded maximum template depth ({})", kMaxTemplateDepth));
  const Value argument = node.pipe ? pipeline(dot, *node.pipe) : Value{};
  ++depth_;
  const std::string outer_name = std::exchange(name_, node.value);
  const Definition* outer_definition = std::exchange(definition_, called->second.get());
  auto outer_variables = std::exchange(variables_, {{"$", argument}});
  walk(argument, *definition_->tree);
  definition_ = outer_definition;
  variables_ = std::move(outer_variables);
  name_ = outer_name;
  --depth_;
}

void Executor::print(const Node& node, const Value& value) {
  at(node);
  if (output_ != nullptr) {
    const auto escaped = output_->value(*node.pipe, value);
    if (!escaped) fail(escaped.error());
    return write(*escaped);
  }
  if (!value.valid()) return write("<no value>");
  if (value.is(Kind::text)) return write(value.text());
  const Value shown = indirect(value);
  write(go_sprint(std::span(&shown, 1)));
}

Value Executor::pipeline(const Value& dot, const Node& pipe) {
  at(pipe);
  Final value;
  for (const NodePtr& next : pipe.children) {
    value = command(dot, *next, value);
    value->boxed = false;  // whatever an interface holds is taken out of it here
  }
  for (const NodePtr& declared : pipe.declared) {
    if (pipe.assigns) {
      variable(declared->names[0]) = *value;
    } else {
      variables_.emplace_back(declared->names[0], *value);
    }
    if (const auto* text = std::get_if<std::string>(&value->data)) assigned_ += text->size();
    if (assigned_ > kMaxAssigned) fail(format("texts of more than {} bytes assigned to variables", kMaxAssigned));
  }
  return *value;
}

Value Executor::command(const Value& dot, const Node& command, const Final& final) {
  const Node& first = *command.children[0];
  const Operands args = command.children;
  switch (first.kind) {
    case NodeKind::field:
      at(first);
      return fields(dot, dot, first, 0, args, final);
    case NodeKind::chain:
      return chain(dot, first, args, final);
    case NodeKind::identifier:
      return function(dot, first, command, args, final);
    case NodeKind::pipe:
      not_a_function(args, final);
      return pipeline(dot, first);
    case NodeKind::variable:
      return variable_node(dot, first, args, final);
    default:
      break;
  }
  at(first);
  not_a_function(args, final);
  if (first.kind == NodeKind::nil) fail("nil is not a command");
  return operand(dot, first);
}

Value Executor::operand(const Value& dot, const Node& node) {
  at(node);
  switch (node.kind) {
    case NodeKind::boolean:
      return make_bool(node.truth);
    case NodeKind::dot:
      return dot;
    case NodeKind::number:
      return node.floating ? make_float(node.number) : make_integer(node.integer);
    case NodeKind::string:
      return make_text(node.value);
    case NodeKind::field:
      return fields(dot, dot, node, 0, {}, {});
    case NodeKind::variable:
      return variable_node(dot, node, {}, {});
    case NodeKind::pipe:
      return pipeline(dot, node);
    case NodeKind::identifier:
      return function(dot, node, node, {}, {});
    case NodeKind::chain:
      return chain(dot, node, {}, {});
    default:
      fail(format("can't handle assignment of {} to empty interface argument", to_string(node)));
  }
}

Value Executor::chain(const Value& dot, const Node& node, Operands args, const Final& final) {
  at(node);
  if (node.children[0]->kind == NodeKind::nil) fail("indirection through explicit nil in " + to_string(node));
  const Value receiver = operand(dot, *node.children[0]);
  return fields(dot, receiver, node, 0, args, final);
}

Value Executor::variable_node(const Value& dot, const Node& node, Operands args, const Final& final) {
  at(node);
  const Value value = variable(node.names[0]);
  if (node.names.size() > 1) return fields(dot, value, node, 1, args, final);
  if (!args.empty()) not_a_function(args, final);
  return value;
}

Value Executor::fields(const Value& dot, Value receiver, const Node& node, std::size_t from, Operands args,
                       const Final& final) {
  for (std::size_t i = from; i + 1 < node.names.size(); ++i) {
    Value next = field(dot, node.names[i], node, {}, {}, receiver);
    // An element that is missing is a nil within the chain, and nothing at all once it stands in a variable.
    if (receiver.valid() && !next.valid()) {
      at(node);
      fail(format("nil pointer evaluating interface {{}}.{}", node.names[i + 1]));
    }
    receiver = std::move(next);
  }
  return field(dot, node.names.back(), node, args, final, receiver);
}

Value Executor::field(const Value& dot, const std::string& name, const Node& node, Operands args, const Final& final,
                      const Value& receiver) {
  if (!receiver.valid()) return {};
  const std::string_view type = receiver.boxed ? "interface {}" : type_name(receiver);
  if (const Method* found = find_method(*receiver.type, name)) return method(dot, *found, node, args, final, receiver);
  const bool has_arguments = args.size() > 1 || final;
  const bool nil = receiver.is(Kind::pointer) && is_nil(receiver);
  if (const Value object = indirect(receiver); object.is(Kind::map)) {
    if (has_arguments) fail(name + " is not a method but has arguments");
    return element(object, name);
  }
  const Type& structure = receiver.is(Kind::pointer) ? *receiver.type->element : *receiver.type;
  const Field* found = find_field(structure, name);
  if (found == nullptr) fail(format("can't evaluate field {} in type {}", name, type));
  if (nil) fail(format("nil pointer evaluating {}.{}", type, name));
  if (has_arguments) fail(name + " has arguments but cannot be invoked as function");
  return found->of(receiver);
}

void Executor::check_count(std::string_view name, Parameters parameters, bool variadic, Operands args,
                           const Final& final) const {
  const std::size_t given = args.size() + (final ? 1 : 0);
  const std::size_t fixed = parameters.size() - (variadic ? 1 : 0);
  if (variadic && given < fixed) {
    fail(format("wrong number of args for {}: want at least {} got {}", name, fixed, args.size()));
  }
  if (!variadic && given != fixed) fail(format("wrong number of args for {}: want {} got {}", name, fixed, given));
}

std::vector<Value> Executor::arguments(const Value& dot, Parameters parameters, Operands args, const Final& final) {
  const auto parameter = [&](std::size_t i) -> const Type& { return *parameters[std::min(i, parameters.size() - 1)]; };
  std::vector<Value> values;
  values.reserve(args.size() + (final ? 1 : 0));
  for (std::size_t i = 0; i < args.size(); ++i) values.push_back(argument(dot, parameter(i), *args[i]));
  if (final) values.push_back(validate(*final, parameter(values.size())));
  return values;
}

// The value of a call; what it took counts.
Value Executor::finish(std::string_view name, CallResult result, const Node& node) {
  if (!result) {
    at(node);
    // Go 1.19 does not name them.
    constexpr std::string_view kIncompatible = "incompatible types for comparison";
    if (context_.go < GoVersion::go1_24 && result.error().starts_with(kIncompatible)) {
      result = std::unexpected(std::string(kIncompatible));
    }
    fail(format("error calling {}: {}", name, result.error()));
  }
  const std::size_t most = context_.bounds.output;
  if (const auto* made = std::get_if<std::string>(&result->data); made != nullptr && made->size() > most) {
    fail(format("error calling {}: a text larger than {} bytes", name, most));
  }
  count_text(*result);
  return std::move(*result);
}

Value Executor::method(const Value& dot, const Method& method, const Node& node, Operands args, const Final& final,
                       const Value& receiver) {
  if (!args.empty()) args = args.subspan(1);
  check_count(method.name, method.parameters, method.variadic, args, final);
  const std::vector<Value> values = arguments(dot, method.parameters, args, final);
  at(node);
  if (receiver.is(Kind::pointer) && receiver.type->methods.empty()) {
    const std::string_view object = receiver.type->element->name;
    if (is_nil(receiver)) {
      fail(format("error calling {}: value method {}.{} called using nil {} pointer", method.name, object, method.name,
                  type_name(receiver)));
    }
  }
  for (const Value& value : values) count_text(value);
  return finish(method.name, method.call(receiver, values, context_), node);
}

Value Executor::function(const Value& dot, const Node& identifier, const Node& node, Operands args,
                         const Final& final) {
  at(identifier);
  const Function& called = *identifier.function;
  if (!args.empty()) args = args.subspan(1);
  check_count(called.name, called.parameters, called.variadic, args, final);
  if (called.name == "and" || called.name == "or") return logical(dot, called, args, final);
  const std::vector<Value> values = arguments(dot, called.parameters, args, final);
  if (called.name == "call") fail_to_call(node, args, values[0]);
  for (const Value& value : values) count_text(value);
  return finish(called.name, called.call(values, context_), node);
}

// No value that a template can reach is a function.
void Executor::fail_to_call(const Node& node, Operands args, const Value& value) {
  at(node);
  if (!value.valid()) fail("error calling call: call of nil");
  std::string named;
  if (context_.go >= GoVersion::go1_24) {
    // As reflection names a value that is no text.
    const std::string piped = value.is(Kind::text) ? value.text() : format("<{} Value>", type_name(value));
    named = (args.empty() ? piped : to_string(*args[0])) + " ";
  }
  fail(format("error calling call: non-function {}of type {}", named, type_name(value)));
}

Value Executor::logical(const Value& dot, const Function& function, Operands args, const Final& final) {
  Value value;
  for (const NodePtr& arg : args) {
    value = argument(dot, types::reflected, *arg);
    if (is_true(value) == (function.name == "or")) return value;
  }
  return final ? *final : value;
}

// A literal as an argument.
Value Executor::constant(const Type& parameter, const Node& node) {
  const auto expected = [&](bool fits, std::string_view what) {
    if (!fits) fail(format("expected {}; found {}", what, to_string(node)));
  };
  switch (parameter.kind) {
    case Kind::any:
    case Kind::reflected:
      return operand({}, node);
    case Kind::text:
      expected(node.kind == NodeKind::string, "string");
      return make_text(node.value, parameter);
    case Kind::boolean:
      expected(node.kind == NodeKind::boolean, "bool");
      return {&parameter, false, node.truth};
    case Kind::integer:
      expected(node.kind == NodeKind::number && node.is_integer, "integer");
      return make_integer(node.integer, parameter);
    case Kind::floating:
      expected(node.kind == NodeKind::number && node.is_float, "float");
      return {&parameter, false, node.number};
    default:
      fail(format("can't handle {} for arg of type {}", to_string(node), parameter.name));
  }
}

Value Executor::argument(const Value& dot, const Type& parameter, const Node& node) {
  at(node);
  switch (node.kind) {
    case NodeKind::nil:
      if (!can_be_nil(parameter)) fail(format("cannot assign nil to {}", parameter.name));
      return zero(parameter);
    case NodeKind::boolean:
    case NodeKind::number:
    case NodeKind::string:
      return constant(parameter, node);
    default:
      return validate(operand(dot, node), parameter);
  }
}

Value Executor::validate(const Value& value, const Type& parameter) const {
  if (!value.valid()) {
    if (!can_be_nil(parameter)) fail(format("invalid value; expected {}", parameter.name));
    return zero(parameter);
  }
  Value result = value;
  if (!assignable(*value.type, parameter)) {
    const bool pointed = value.is(Kind::pointer) && assignable(*value.type->element, parameter);
    if (!pointed) {
      fail(format("wrong type for value; expected {}; got {}", parameter.name, type_name(value)));
    }
    if (is_nil(value)) fail("dereference of nil pointer of type " + std::string(type_name(value)));
    result = indirect(value);
  }
  // Go's own functions are given what was found, the interface around it too.
  result.boxed = value.boxed && parameter.kind == Kind::reflected;
  return result;
}

}  // namespace

std::expected<std::string, std::string> execute_template(const std::string& name, const Definitions& definitions,
                                                         const Value& root, const CallContext& context, Budget* budget,
                                                         Output* output) {
  const auto definition = definitions.find(name);
  if (definition == definitions.end()) {
    return std::unexpected(format("template: no template {} is defined", go_quote(name)));
  }
  try {
    return Executor(definitions, context, budget, output).run(name, *definition->second, root);
  } catch (const ExecError& error) {
    return std::unexpected(error.what);
  }
}

}  // namespace firedrill::templates
