#include "yaml/secrets.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text/redact.h"
#include "base/text/text_index.h"

namespace firedrill::yaml {
namespace {

void collect(const Node& node, bool secret, std::vector<Secret>& secrets) {
  if (secret && node.is_scalar() && !node.text.empty()) secrets.emplace_back(node.text);
  for (const Node* item : node.items) collect(*item, secret, secrets);
  for (const Node::Entry& entry : node.entries) {
    collect(*entry.value, secret || is_secret_field(entry.key), secrets);
  }
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool stands_alone(std::string_view text, std::size_t at, std::size_t length) {
  const bool before = at > 0 && is_word(text[at - 1]) && is_word(text[at]);
  const std::size_t end = at + length;
  const bool behind = end < text.size() && is_word(text[end - 1]) && is_word(text[end]);
  return !before && !behind;
}

// The first place from `from` on where the secret is a word of its own.
std::size_t find(const Secret& secret, std::string_view text, std::size_t from) {
  const std::string_view hidden = secret.reveal();
  std::size_t at = text.find(hidden, from);
  while (at != std::string_view::npos && !stands_alone(text, at, hidden.size())) at = text.find(hidden, at + 1);
  return at;
}

void conceal(const Secret& secret, std::string& text) {
  for (std::size_t at = find(secret, text, 0); at != std::string::npos;
       at = find(secret, text, at + Secret::to_display().size())) {
    text.replace(at, secret.reveal().size(), Secret::to_display());
  }
}

// What a message would show of its line.
std::string_view shown_line(const Position& where) {
  if (!where.source || where.line == 0) return {};
  const std::string_view text = where.source->text;
  const std::size_t begin = where.source->index().offset({where.line, 1});
  const std::size_t end = std::min(text.find('\n', begin), text.size());
  return text.substr(begin, std::min(end, where.source->secrets().in_line(begin, end)) - begin);
}

}  // namespace

std::vector<Secret> secrets_of(const Node& root) {
  std::vector<Secret> secrets;
  collect(root, false, secrets);
  return secrets;
}

void conceal(std::span<const Secret> secrets, Diagnostics& diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) {
    const std::string_view line = shown_line(diagnostic.where);
    bool in_line = false;
    for (const Secret& secret : secrets) {
      conceal(secret, diagnostic.what);
      conceal(secret, diagnostic.remedy);
      in_line = in_line || find(secret, line, 0) != std::string_view::npos;
    }
    if (in_line) diagnostic.where.source = make_source(diagnostic.where.source->name, {}, Quoting::guarded);
  }
}

}  // namespace firedrill::yaml
