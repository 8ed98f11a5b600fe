#include "alerting/template/exec.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "alerting/template/go_format.h"
#include "alerting/template/methods.h"
#include "base/text/format.h"

namespace firedrill::alerting {
namespace {

constexpr std::size_t kMaxAssigned = 64 * kMaxOutput;
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
  Executor(const std::string& name, std::string_view text, const Trees& trees, const CallContext& context)
      : main_name_(name), text_(text), trees_(trees), context_(context), name_(name) {}

  ~Executor() {
    if (context_.world.budget != nullptr) {
      context_.world.budget->take(Bound::template_steps, static_cast<std::int64_t>(steps_));
    }
  }
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  std::string run(const Value& data) {
    variables_ = {{"$", data}};
    walk(data, *trees_.at(main_name_));
    return std::move(out_);
  }

 private:
  using Operands = std::span<const NodePtr>;

  [[noreturn]] void fail(const std::string& what) const;
  // Errors are reported at the node last spoken of.
  void at(const Node& node) {
    node_ = &node;
    count(1);
  }
  void count(std::size_t steps) {
    steps_ += steps;
    if (steps_ > kMaxSteps) fail(format("more than {} steps", kMaxSteps));
  }
  // A function takes the longer, the longer the texts are that it is given and makes.
  void count_text(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.data)) count(text->size() / kBytesOfStep);
  }
  void write(std::string_view text) {
    if (out_.size() + text.size() > kMaxOutput) fail(format("output larger than {} bytes", kMaxOutput));
    out_ += text;
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
  Value logical(const Value& dot, const TemplateFunction& function, Operands args, const Final& final);
  Value argument(const Value& dot, Parameter parameter, const Node& node);
  Value constant_text(const Node& node);
  Value validate(const Value& value, Parameter parameter) const;
  void not_a_function(Operands args, const Final& final) const {
    if (args.size() > 1 || final) fail("can't give argument to non-function " + to_string(*args[0]));
  }

  Value& variable(const std::string& name) {
    const auto it =
        std::ranges::find(variables_.rbegin(), variables_.rend(), name, &std::pair<std::string, Value>::first);
    if (it == variables_.rend()) fail("undefined variable: " + name);
    return it->second;
  }

  const std::string& main_name_;
  std::string_view text_;
  const Trees& trees_;
  const CallContext& context_;
  std::string name_;  // of the template being executed
  std::vector<std::pair<std::string, Value>> variables_;
  std::size_t assigned_ = 0;  // bytes of text, to variables
  std::string out_;
  const Node* node_ = nullptr;
  std::size_t steps_ = 0;
  int depth_ = 0;
};

void Executor::fail(const std::string& what) const {
  const std::string_view before = text_.substr(0, node_->position);
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  throw ExecError{format("template: {}:{}:{}: executing {} at <{}>: {}", main_name_,
                         1 + std::ranges::count(before, '\n'), column, go_quote(name_), to_string(*node_), what)};
}

Flow Executor::walk(const Value& dot, const Node& node) {
  at(node);
  switch (node.kind) {
    case NodeKind::text:
      write(node.value);
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
  const Value value = pipeline(dot, *node.pipe);
  bool empty = true;
  bool stopped = false;
  // False when the loop ends.
  const auto each = [&](const Value& key, const Value& element) {
    empty = false;
    stopped = iterate(node, key, element) == Flow::break_;
    return !stopped;
  };
  const auto each_of = [&](const auto& map, const auto& as_value) {
    for (const auto& [key, element] : map) {
      if (!each(make_text(key), as_value(element))) break;
    }
  };
  const SampleList none;
  switch (value.type) {
    case GoType::samples: {
      const SampleList samples = value.samples() ? *value.samples() : none;
      for (std::size_t i = 0; i < samples.size(); ++i) {
        if (!each(make_integer(static_cast<std::int64_t>(i)), make_sample(samples[i]))) break;
      }
      break;
    }
    case GoType::string_map:
      each_of(value.string_map(), [](const std::string& text) { return make_text(text); });
      break;
    case GoType::any_map:
      each_of(value.any_map(), [](const Value& element) { return boxed(element); });
      break;
    case GoType::nil:
      break;
    case GoType::integer:
    case GoType::byte:
      // Numbers came with Go 1.24.
      if (context_.world.version == promql::Version::v2) fail(format("range can't iterate over {}", value.integer()));
      if (node.pipe->declared.size() > 1) {
        fail(format("can't use {} to iterate over more than one variable", value.integer()));
      }
      for (std::int64_t i = 0; i < value.integer(); ++i) {
        if (!each(make_integer(i), make_integer(i))) break;
      }
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
  const auto tree = trees_.find(node.value);
  if (tree == trees_.end()) fail(format("template {} not defined", go_quote(node.value)));
  if (depth_ == kMaxTemplateDepth) fail(format("exceeded maximum template depth ({})", kMaxTemplateDepth));
  const Value argument = node.pipe ? pipeline(dot, *node.pipe) : Value{};
  ++depth_;
  const std::string outer_name = std::exchange(name_, node.value);
  auto outer_variables = std::exchange(variables_, {{"$", argument}});
  walk(argument, *tree->second);
  variables_ = std::move(outer_variables);
  name_ = outer_name;
  --depth_;
}

void Executor::print(const Node& node, const Value& value) {
  at(node);
  if (!value.valid()) return write("<no value>");
  Value shown = value;
  if (shown.type == GoType::sample && shown.sample()) shown.type = GoType::sample_struct;
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
    receiver = field(dot, node.names[i], node, {}, {}, receiver);
  }
  return field(dot, node.names.back(), node, args, final, receiver);
}

Value Executor::field(const Value& dot, const std::string& name, const Node& node, Operands args, const Final& final,
                      const Value& receiver) {
  if (!receiver.valid()) return {};
  if (const Method* found = find_method(receiver.type, name)) return method(dot, *found, node, args, final, receiver);
  const std::string_view type = receiver.boxed ? "interface {}" : type_name(receiver);
  Value result;
  if (!field_of(receiver, name, result)) {
    const bool nil = receiver.type == GoType::sample && !receiver.sample();
    if (nil && (name == "Labels" || name == "Value")) fail(format("nil pointer evaluating {}.{}", type, name));
    fail(format("can't evaluate field {} in type {}", name, type));
  }
  if (args.size() > 1 || final) {
    const bool map = receiver.type == GoType::string_map || receiver.type == GoType::any_map;
    fail(name + (map ? " is not a method but has arguments" : " has arguments but cannot be invoked as function"));
  }
  return result;
}

Value Executor::method(const Value& dot, const Method& method, const Node& node, Operands args, const Final& final,
                       const Value& receiver) {
  if (!args.empty()) args = args.subspan(1);
  const std::size_t given = args.size() + (final ? 1 : 0);
  const std::size_t wanted = method.takes_text ? 1 : 0;
  if (given != wanted) fail(format("wrong number of args for {}: want {} got {}", method.name, wanted, given));
  std::string text;
  if (!args.empty()) text = argument(dot, Parameter::text, *args[0]).text();
  if (final) text = validate(*final, Parameter::text).text();
  at(node);
  return method.call(receiver.integer(), text);
}

Value Executor::function(const Value& dot, const Node& identifier, const Node& node, Operands args,
                         const Final& final) {
  at(identifier);
  const TemplateFunction& called = *find_function(identifier.value);
  if (!args.empty()) args = args.subspan(1);
  const std::size_t given = args.size() + (final ? 1 : 0);
  const std::size_t fixed = called.parameters.size() - (called.variadic ? 1 : 0);
  if (called.variadic && given < fixed) {
    fail(format("wrong number of args for {}: want at least {} got {}", called.name, fixed, args.size()));
  }
  if (!called.variadic && given != fixed) {
    fail(format("wrong number of args for {}: want {} got {}", called.name, fixed, given));
  }
  if (called.name == "and" || called.name == "or") return logical(dot, called, args, final);
  const auto parameter = [&](std::size_t i) { return called.parameters[std::min(i, called.parameters.size() - 1)]; };
  std::vector<Value> values;
  for (std::size_t i = 0; i < args.size(); ++i) values.push_back(argument(dot, parameter(i), *args[i]));
  if (final) values.push_back(validate(*final, parameter(values.size())));
  if (called.name == "call") fail_to_call(node, args, values[0]);
  for (const Value& value : values) count_text(value);
  CallResult result = called.call(values, context_);
  if (!result) {
    at(node);
    // Go 1.19 does not name them.
    constexpr std::string_view kIncompatible = "incompatible types for comparison";
    if (context_.world.version == promql::Version::v2 && result.error().starts_with(kIncompatible)) {
      result = std::unexpected(std::string(kIncompatible));
    }
    fail(format("error calling {}: {}", called.name, result.error()));
  }
  if (const auto* made = std::get_if<std::string>(&result->data); made != nullptr && made->size() > kMaxOutput) {
    fail(format("error calling {}: a text larger than {} bytes", called.name, kMaxOutput));
  }
  count_text(*result);
  return std::move(*result);
}

// No value that a template can reach is a function.
void Executor::fail_to_call(const Node& node, Operands args, const Value& value) {
  at(node);
  if (!value.valid()) fail("error calling call: call of nil");
  std::string named;
  if (context_.world.version == promql::Version::v3) {
    // As reflection names a value that is no text.
    const std::string piped = is_string(value) ? value.text() : format("<{} Value>", type_name(value));
    named = (args.empty() ? piped : to_string(*args[0])) + " ";
  }
  fail(format("error calling call: non-function {}of type {}", named, type_name(value)));
}

Value Executor::logical(const Value& dot, const TemplateFunction& function, Operands args, const Final& final) {
  Value value;
  for (const NodePtr& arg : args) {
    value = argument(dot, Parameter::value, *arg);
    if (is_true(value) == (function.name == "or")) return value;
  }
  return final ? *final : value;
}

Value Executor::constant_text(const Node& node) {
  if (node.kind == NodeKind::string) return make_text(node.value);
  fail("expected string; found " + to_string(node));
}

Value Executor::argument(const Value& dot, Parameter parameter, const Node& node) {
  at(node);
  switch (node.kind) {
    case NodeKind::nil:
      if (parameter == Parameter::text) fail("cannot assign nil to string");
      if (parameter == Parameter::sample) return make_sample(nullptr);
      if (parameter == Parameter::samples) return {GoType::samples, false, std::shared_ptr<SampleList>()};
      return {};
    case NodeKind::boolean:
    case NodeKind::number:
    case NodeKind::string:
      if (parameter == Parameter::any || parameter == Parameter::value) return operand(dot, node);
      if (parameter == Parameter::text) return constant_text(node);
      fail(format("can't handle {} for arg of type {}", to_string(node), type_name(parameter)));
    default:
      return validate(operand(dot, node), parameter);
  }
}

Value Executor::validate(const Value& value, Parameter parameter) const {
  const auto wrong = [&] {
    fail(format("wrong type for value; expected {}; got {}", type_name(parameter), type_name(value)));
  };
  if (!value.valid()) {
    if (parameter == Parameter::text) fail("invalid value; expected string");
    if (parameter == Parameter::sample) return make_sample(nullptr);
    if (parameter == Parameter::samples) return {GoType::samples, false, std::shared_ptr<SampleList>()};
    return {};
  }
  if (parameter == Parameter::text && value.type != GoType::text) wrong();
  if (parameter == Parameter::sample && value.type != GoType::sample) wrong();
  if (parameter == Parameter::samples && value.type != GoType::samples) wrong();
  Value result = value;
  // Go's own functions are given what was found, the interface around it too.
  result.boxed = value.boxed && parameter == Parameter::value;
  return result;
}

}  // namespace

std::expected<std::string, std::string> execute_template(const std::string& name, std::string_view text,
                                                         const Trees& trees, const Value& data,
                                                         const CallContext& context) {
  try {
    return Executor(name, text, trees, context).run(data);
  } catch (const ExecError& error) {
    return std::unexpected(error.what);
  }
}

}  // namespace firedrill::alerting
