// YAML documents, read strictly: a tree in which every value knows its place in the file. yaml-cpp gives the events;
// what it does not see (duplicate keys, merge keys, invalid UTF-8, control characters) and what it does not bound
// (depth of collections, expansion of aliases) is handled here. Scalars are read as go-yaml v3 reads Prometheus's
// files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace firedrill::yaml {

// A document nested more deeply is refused: no file that a person writes comes near.
inline constexpr std::size_t kMaxDepth = 100;
// Values in a document, and values that its aliases and merge keys stand for once expanded.
inline constexpr std::size_t kMaxNodes = 1'000'000;
inline constexpr std::size_t kMaxExpandedNodes = 200'000;

class Document;

// A value of a document. Nodes are shared where the file has an alias, so the tree is a graph without cycles; its depth
// and the size of its expansion are bounded. Nodes live as long as their document.
struct Node {
  enum class Kind { null, scalar, sequence, mapping };
  enum class Style { plain, single_quoted, double_quoted, block };  // of scalars; `block` is | and >
  struct Entry {
    std::string key;
    const Node* key_node = nullptr;
    const Node* value = nullptr;
    bool merged = false;        // came in by a merge key `<<`
    bool merged_again = false;  // a merge key brings the key too, which this one wins over
    // Where a merge key behind this one brings the key again, so that the value is another to go-yaml v2.
    const Entry* behind = nullptr;
  };

  Kind kind = Kind::null;
  Style style = Style::plain;
  std::string tag;   // an explicit one: "!!str"; empty otherwise
  std::string text;  // of a scalar
  bool made = false;  // of a scalar: its text stands nowhere in the source, so that at() is where()
  std::vector<const Node*> items;
  std::vector<Entry> entries;  // in the order of the file, merged ones last
  std::size_t depth = 0;       // of collections below and including this one
  std::size_t expanded = 1;    // how many values it stands for, aliases written out

  const Document* document = nullptr;
  std::size_t offset = 0;  // of the first byte in the source
  std::size_t length = 1;  // in bytes, on that line; 1 for collections and block scalars

  bool is_mapping() const { return kind == Kind::mapping; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_null() const { return kind == Kind::null; }
  // Nothing if absent or not a mapping.
  const Entry* entry(std::string_view key) const;
  const Node* find(std::string_view key) const;

  Position where() const;
  // The place in the file of a byte of a scalar's text: folding, indentation, escapes and quotes are seen through.
  Position at(std::size_t text_offset, std::size_t length = 1) const;
  // "a list", "a mapping", "the number 5", "the text 'x'", "nothing": for "expected …, found …". Of a guarded source no
  // more of a text than promtool shows.
  std::string describe() const;
};

// What a plain scalar stands for, by go-yaml v3's rules. Quoted and block scalars are texts only.
std::optional<std::int64_t> scalar_integer(const Node& node);  // 10, 1_000, 0x1F, 0o17, 017, 0b11, -3
std::optional<double> scalar_number(const Node& node);         // the same and 1.5, .5, 1e3, .inf, -.inf, .nan
std::optional<bool> scalar_boolean(const Node& node);          // true, false; also yes, no, on, off, y, n

enum class Dialect {
  strict,      // our own files: one document, no custom tags
  prometheus,  // as go-yaml v3 gives files to Prometheus: later documents and custom tags are not read, with a warning
               // (but for Kubernetes resources, which parse_all() reads); what it refuses of YAML 1.2 is an error
               // (%YAML 1.2, the escape \/)
};

class Document {
 public:
  // Errors are added to `diagnostics`. Null if the text is no YAML at all; a document with duplicate keys is returned
  // (the first of them counts), so that what else is wrong with it can be found at once. An empty text gives a null
  // root.
  static std::unique_ptr<Document> parse(const SourcePtr& source, Diagnostics& diagnostics,
                                         Dialect dialect = Dialect::strict);
  // Every document of the text, in its order; those after an error are missing. For files of Kubernetes resources.
  static std::vector<std::unique_ptr<Document>> parse_all(const SourcePtr& source, Diagnostics& diagnostics);
  // An empty document to put made nodes into.
  explicit Document(SourcePtr source);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  const Node& root() const { return *root_; }
  const SourcePtr& source() const { return source_; }
  // Line and column of a byte, `length` bytes long (cut at the line's end).
  Position position(std::size_t offset, std::size_t length) const;
  // What messages show of a text that stands in the source: its first line, cut to `most` bytes; of a guarded source
  // seven characters, as go-yaml's messages do.
  std::string shown(std::string_view text, std::size_t most = 40) const;

  // Of a key that a mapping and its merge key both have, the one that stands behind counts from now on: go-yaml v2
  // reads Prometheus's configuration and promtool's unit tests so, where v3, which reads rule files, prefers the
  // mapping's own.
  void take_merges_in_order();

  Node& add();
  std::size_t size() const { return nodes_.size(); }
  void set_root(const Node& root) { root_ = &root; }

 private:
  SourcePtr source_;
  std::deque<Node> nodes_;
  const Node* root_ = nullptr;
};

// A mapping in which `overlay` wins: mappings are merged key by key, anything else is replaced, and a key without a
// value (`livenessProbe: null`) is taken out. The new nodes go into `arena`; positions stay those of the files that the
// values came from.
const Node& merge_nodes(const Node& base, const Node& overlay, Document& arena);

}  // namespace firedrill::yaml
