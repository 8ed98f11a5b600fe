#include "template/parse/parser.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "model/labels.h"
#include "template/parse/lexer.h"
#include "template/parse/literals.h"

namespace firedrill::templates {
namespace {

constexpr int kMaxNesting = 200;

// Errors leave the recursive descent as an exception, which parse_template catches.
struct SyntaxError {
  std::string what;
};

class Parser {
 public:
  Parser(const std::string& name, std::string_view text, const Language& language)
      : name_(name), language_(language), tokens_(lex_template(text)) {}

  Trees run();

 private:
  // What each definition has of its own.
  struct Scope {
    std::vector<std::string> variables{"$"};
    int loops = 0;
  };

  [[noreturn]] void fail(const std::string& what) const {
    throw SyntaxError{format("template: {}:{}: {}", name_, tokens_[furthest_].line, what)};
  }
  [[noreturn]] void unexpected(const Token& token, std::string_view context) const;

  const Token& next() {
    furthest_ = std::max(furthest_, next_);
    const Token& token = tokens_[next_];
    if (next_ + 1 < tokens_.size()) ++next_;
    return token;
  }
  const Token& peek() {
    furthest_ = std::max(furthest_, next_);
    return tokens_[next_];
  }
  void skip_space() {
    while (peek().kind == TokenKind::space) next();
  }
  const Token& next_nonspace() {
    skip_space();
    return next();
  }
  const Token& peek_nonspace() {
    skip_space();
    return peek();
  }
  const Token& expect(TokenKind kind, std::string_view context) {
    const Token& token = next_nonspace();
    if (token.kind != kind) unexpected(token, context);
    return token;
  }
  static NodePtr make(NodeKind kind, const Token& at) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->position = at.position;
    return node;
  }

  void parse_definition();
  void add(const std::string& name, NodePtr tree);
  // The node that ended it is else_ or end.
  std::pair<NodePtr, NodePtr> item_list();
  NodePtr text_or_action();
  NodePtr action();
  NodePtr control(NodeKind kind, std::string_view word, const Token& at);
  NodePtr else_control();
  NodePtr loop_control(NodeKind kind, std::string_view word, const Token& at);
  NodePtr template_control();
  NodePtr block_control();
  std::string template_name(const Token& token, std::string_view context);
  NodePtr pipeline(std::string_view context, TokenKind end);
  void declarations(Node& pipe, std::string_view context);
  void check_pipeline(const Node& pipe, std::string_view context) const;
  NodePtr command();
  NodePtr operand();
  NodePtr term();
  NodePtr number(const Token& token);
  NodePtr variable(const Token& token);
  const Function* find_function(std::string_view name) const {
    for (const auto table : {go_functions(), language_.functions}) {
      const auto it = std::ranges::find(table, name, &Function::name);
      if (it != table.end()) return &*it;
    }
    return nullptr;
  }
  std::string unquoted(const Token& token) const {
    const auto text = unquote(token.text);
    if (!text) fail("invalid syntax");
    return *text;
  }

  struct Nested {
    explicit Nested(Parser& parser) : parser_(parser) {
      if (++parser_.nesting_ > kMaxNesting) parser_.fail(format("nested deeper than {} levels", kMaxNesting));
    }
    ~Nested() { --parser_.nesting_; }
    Parser& parser_;
  };

  const std::string& name_;
  const Language& language_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  std::size_t furthest_ = 0;     // errors are reported on its line
  std::size_t action_line_ = 0;  // where the action being read began
  int nesting_ = 0;
  Scope scope_;
  Trees trees_;
};

void Parser::unexpected(const Token& token, std::string_view context) const {
  if (token.kind != TokenKind::error) fail(format("unexpected {} in {}", describe(token), context));
  std::string extra;
  if (action_line_ != 0 && action_line_ != token.line) {
    extra = token.text.ends_with(" action") ? "" : " in action";
    extra += format(" started at {}:{}", name_, action_line_);
  }
  fail(token.text + extra);
}

Trees Parser::run() {
  NodePtr root = make(NodeKind::list, peek());
  while (peek().kind != TokenKind::eof) {
    if (peek().kind == TokenKind::left_delimiter) {
      const std::size_t delimiter = next_;
      next();
      if (next_nonspace().kind == TokenKind::define) {
        parse_definition();
        continue;
      }
      next_ = delimiter;
    }
    NodePtr node = text_or_action();
    if (node->kind == NodeKind::end || node->kind == NodeKind::else_) fail("unexpected " + to_string(*node));
    root->children.push_back(std::move(node));
  }
  add(name_, std::move(root));
  return std::move(trees_);
}

void Parser::add(const std::string& name, NodePtr tree) {
  NodePtr& known = trees_[name];
  if (!known || empty_tree(*known)) {
    known = std::move(tree);
  } else if (!empty_tree(*tree)) {
    fail(format("template: multiple definition of template {}", model::quote(name)));
  }
}

void Parser::parse_definition() {
  constexpr std::string_view kContext = "define clause";
  const Token& token = next_nonspace();
  if (token.kind != TokenKind::string && token.kind != TokenKind::raw_string) unexpected(token, kContext);
  const std::string name = unquoted(token);
  expect(TokenKind::right_delimiter, kContext);
  Scope outer = std::exchange(scope_, Scope{});
  auto [list, end] = item_list();
  if (end->kind != NodeKind::end) fail(format("unexpected {} in {}", to_string(*end), kContext));
  add(name, std::move(list));
  scope_ = std::move(outer);
}

std::pair<NodePtr, NodePtr> Parser::item_list() {
  NodePtr list = make(NodeKind::list, peek_nonspace());
  while (peek_nonspace().kind != TokenKind::eof) {
    NodePtr node = text_or_action();
    if (node->kind == NodeKind::end || node->kind == NodeKind::else_) return {std::move(list), std::move(node)};
    list->children.push_back(std::move(node));
  }
  fail("unexpected EOF");
}

NodePtr Parser::text_or_action() {
  const Token& token = next_nonspace();
  if (token.kind == TokenKind::text) {
    NodePtr text = make(NodeKind::text, token);
    text->value = token.text;
    return text;
  }
  if (token.kind != TokenKind::left_delimiter) unexpected(token, "input");
  action_line_ = token.line;
  NodePtr node = action();
  action_line_ = 0;
  return node;
}

NodePtr Parser::action() {
  const Nested nested(*this);
  const std::size_t first = (skip_space(), next_);
  const Token& token = next();
  switch (token.kind) {
    case TokenKind::block:
      return block_control();
    case TokenKind::break_:
      return loop_control(NodeKind::break_, "{{break}}", token);
    case TokenKind::continue_:
      return loop_control(NodeKind::continue_, "{{continue}}", token);
    case TokenKind::else_:
      return else_control();
    case TokenKind::end:
      return make(NodeKind::end, expect(TokenKind::right_delimiter, "end"));
    case TokenKind::if_:
      return control(NodeKind::if_, "if", token);
    case TokenKind::range:
      return control(NodeKind::range, "range", token);
    case TokenKind::template_:
      return template_control();
    case TokenKind::with:
      return control(NodeKind::with, "with", token);
    default:
      break;
  }
  next_ = first;
  NodePtr node = make(NodeKind::action, token);
  node->pipe = pipeline("command", TokenKind::right_delimiter);
  return node;
}

NodePtr Parser::loop_control(NodeKind kind, std::string_view word, const Token& at) {
  const Token& token = next_nonspace();
  if (token.kind != TokenKind::right_delimiter) unexpected(token, word);
  if (scope_.loops == 0) fail(format("{} outside {{{{range}}}}", word));
  return make(kind, at);
}

NodePtr Parser::control(NodeKind kind, std::string_view word, const Token& at) {
  const std::size_t outer_variables = scope_.variables.size();
  NodePtr node = make(kind, at);
  node->pipe = pipeline(word, TokenKind::right_delimiter);
  node->position = node->pipe->position;
  if (kind == NodeKind::range) ++scope_.loops;
  auto [list, ended_by] = item_list();
  if (kind == NodeKind::range) --scope_.loops;
  node->list = std::move(list);
  if (ended_by->kind == NodeKind::else_) {
    const TokenKind again = kind == NodeKind::if_ ? TokenKind::if_ : TokenKind::with;
    if (kind != NodeKind::range && peek().kind == again) {
      // {{else if}} reads as {{else}}{{if}} with one {{end}} for both.
      const Token& token = next();
      const Nested nested(*this);
      node->otherwise = make(NodeKind::list, token);
      node->otherwise->children.push_back(control(kind, word, token));
    } else {
      auto [otherwise, end] = item_list();
      if (end->kind != NodeKind::end) fail("expected end; found " + to_string(*end));
      node->otherwise = std::move(otherwise);
    }
  }
  scope_.variables.resize(outer_variables);
  return node;
}

NodePtr Parser::else_control() {
  const Token& token = peek_nonspace();
  // {{else with}} came with Go 1.23.
  const bool with = token.kind == TokenKind::with && language_.go >= GoVersion::go1_24;
  if (token.kind == TokenKind::if_ || with) return make(NodeKind::else_, token);
  return make(NodeKind::else_, expect(TokenKind::right_delimiter, "else"));
}

std::string Parser::template_name(const Token& token, std::string_view context) {
  if (token.kind != TokenKind::string && token.kind != TokenKind::raw_string) unexpected(token, context);
  return unquoted(token);
}

NodePtr Parser::template_control() {
  constexpr std::string_view kContext = "template clause";
  const Token& token = next_nonspace();
  NodePtr node = make(NodeKind::template_, token);
  node->value = template_name(token, kContext);
  if (peek_nonspace().kind == TokenKind::right_delimiter) {
    next();
  } else {
    node->pipe = pipeline(kContext, TokenKind::right_delimiter);
  }
  return node;
}

NodePtr Parser::block_control() {
  constexpr std::string_view kContext = "block clause";
  const Token& token = next_nonspace();
  NodePtr node = make(NodeKind::template_, token);
  node->value = template_name(token, kContext);
  node->pipe = pipeline(kContext, TokenKind::right_delimiter);
  Scope outer = std::exchange(scope_, Scope{});
  auto [list, end] = item_list();
  if (end->kind != NodeKind::end) fail(format("unexpected {} in {}", to_string(*end), kContext));
  add(node->value, std::move(list));
  scope_ = std::move(outer);
  return node;
}

// "$x :=", "$x =" and, for range, "$i, $x :=" at the beginning of a pipeline; anything else is left alone.
void Parser::declarations(Node& pipe, std::string_view context) {
  while (peek_nonspace().kind == TokenKind::variable) {
    const std::size_t before = next_;
    const Token& name = next();
    const Token& operation = peek_nonspace();
    const bool comma = operation.kind == TokenKind::character && operation.text == ",";
    const bool last = operation.kind == TokenKind::assign || operation.kind == TokenKind::declare;
    if (!comma && !last) {
      next_ = before;
      return;
    }
    next();
    NodePtr declared = make(NodeKind::variable, name);
    declared->names = {name.text};
    pipe.declared.push_back(std::move(declared));
    scope_.variables.push_back(name.text);
    if (last) {
      pipe.assigns = operation.kind == TokenKind::assign;
      return;
    }
    if (context != "range" || pipe.declared.size() > 1) fail(format("too many declarations in {}", context));
    const TokenKind following = peek_nonspace().kind;
    if (following != TokenKind::variable && following != TokenKind::right_delimiter &&
        following != TokenKind::right_paren) {
      fail("range can only initialize variables");
    }
  }
}

NodePtr Parser::pipeline(std::string_view context, TokenKind end) {
  const Nested nested(*this);
  NodePtr pipe = make(NodeKind::pipe, peek_nonspace());
  declarations(*pipe, context);
  while (true) {
    const Token& token = peek_nonspace();
    if (token.kind == end) {
      next();
      check_pipeline(*pipe, context);
      return pipe;
    }
    switch (token.kind) {
      case TokenKind::boolean:
      case TokenKind::character_constant:
      case TokenKind::complex:
      case TokenKind::dot:
      case TokenKind::field:
      case TokenKind::identifier:
      case TokenKind::number:
      case TokenKind::nil:
      case TokenKind::raw_string:
      case TokenKind::string:
      case TokenKind::variable:
      case TokenKind::left_paren:
        pipe->children.push_back(command());
        break;
      default:
        next();
        unexpected(token, context);
    }
  }
}

void Parser::check_pipeline(const Node& pipe, std::string_view context) const {
  if (pipe.children.empty()) fail(format("missing value for {}", context));
  for (std::size_t i = 1; i < pipe.children.size(); ++i) {
    switch (pipe.children[i]->children[0]->kind) {
      case NodeKind::boolean:
      case NodeKind::dot:
      case NodeKind::nil:
      case NodeKind::number:
      case NodeKind::string:
        fail(format("non executable command in pipeline stage {}", i + 1));
      default:
        break;
    }
  }
}

NodePtr Parser::command() {
  NodePtr node = make(NodeKind::command, peek_nonspace());
  while (true) {
    skip_space();
    if (NodePtr arg = operand()) node->children.push_back(std::move(arg));
    const Token& token = peek();
    if (token.kind == TokenKind::space) {
      next();
      continue;
    }
    if (token.kind == TokenKind::right_delimiter || token.kind == TokenKind::right_paren) break;
    next();
    if (token.kind == TokenKind::pipe) break;
    unexpected(token, "operand");
  }
  if (node->children.empty()) fail("empty command");
  return node;
}

NodePtr Parser::operand() {
  NodePtr node = term();
  if (!node || peek().kind != TokenKind::field) return node;
  const Token& first = peek();
  std::vector<std::string> names;
  while (peek().kind == TokenKind::field) names.push_back(next().text.substr(1));
  switch (node->kind) {
    case NodeKind::field:
    case NodeKind::variable:
      node->position = first.position;
      node->names.insert(node->names.end(), names.begin(), names.end());
      return node;
    case NodeKind::boolean:
    case NodeKind::string:
    case NodeKind::number:
    case NodeKind::nil:
    case NodeKind::dot:
      fail("unexpected . after term " + model::quote(to_string(*node)));
    default:
      break;
  }
  NodePtr chain = make(NodeKind::chain, first);
  chain->children.push_back(std::move(node));
  chain->names = std::move(names);
  return chain;
}

NodePtr Parser::term() {
  const Token& token = peek_nonspace();
  switch (token.kind) {
    case TokenKind::identifier: {
      const Function* function = find_function(token.text);
      if (function == nullptr) {
        next();
        fail(format("function {} not defined", model::quote(token.text)));
      }
      NodePtr node = make(NodeKind::identifier, next());
      node->value = token.text;
      node->function = function;
      return node;
    }
    case TokenKind::dot:
      return make(NodeKind::dot, next());
    case TokenKind::nil:
      return make(NodeKind::nil, next());
    case TokenKind::variable:
      return variable(next());
    case TokenKind::field: {
      NodePtr node = make(NodeKind::field, next());
      node->names = {token.text.substr(1)};
      return node;
    }
    case TokenKind::boolean: {
      NodePtr node = make(NodeKind::boolean, next());
      node->truth = token.text == "true";
      return node;
    }
    case TokenKind::character_constant:
    case TokenKind::complex:
    case TokenKind::number:
      return number(next());
    case TokenKind::left_paren:
      next();
      return pipeline("parenthesized pipeline", TokenKind::right_paren);
    case TokenKind::string:
    case TokenKind::raw_string: {
      NodePtr node = make(NodeKind::string, next());
      node->source = token.text;
      node->value = unquoted(token);
      return node;
    }
    default:
      return nullptr;
  }
}

NodePtr Parser::number(const Token& token) {
  NodePtr node = make(NodeKind::number, token);
  node->source = token.text;
  const auto read = read_number(token.text, token.kind == TokenKind::character_constant, *node);
  if (!read) fail(read.error());
  return node;
}

NodePtr Parser::variable(const Token& token) {
  if (std::ranges::find(scope_.variables, token.text) == scope_.variables.end()) {
    fail("undefined variable " + model::quote(token.text));
  }
  NodePtr node = make(NodeKind::variable, token);
  node->names = {token.text};
  return node;
}

}  // namespace

bool empty_tree(const Node& node) {
  if (node.kind == NodeKind::text) return node.value.find_first_not_of(" \t\r\n") == std::string::npos;
  if (node.kind != NodeKind::list) return false;
  return std::ranges::all_of(node.children, [](const NodePtr& child) { return empty_tree(*child); });
}

std::expected<Trees, std::string> parse_template(const std::string& name, std::string_view text,
                                                 const Language& language) {
  try {
    return Parser(name, text, language).run();
  } catch (const SyntaxError& error) {
    return std::unexpected(error.what);
  }
}

}  // namespace firedrill::templates
