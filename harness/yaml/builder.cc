#include "yaml/builder.h"

#include <yaml-cpp/binary.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string_view>
#include <unordered_map>

#include "base/text/format.h"
#include "base/text/utf8.h"
#include "yaml/errors.h"

namespace firedrill::yaml {
namespace {

// Thrown through yaml-cpp's parser to stop it once a diagnostic says why; never leaves this file.
struct Stop {};

// yaml-cpp makes of the escapes "\N" and "\_", a next line and a no-break space, one byte of Latin-1 each.
std::string in_utf8(std::string_view text) {
  std::string out;
  for (std::size_t bad = 0; (bad = first_invalid_utf8(text)) != std::string_view::npos; text.remove_prefix(bad + 1)) {
    out += text.substr(0, bad);
    out += '\xC2';
    out += text[bad];
  }
  return out.append(text);
}

class Builder : public YAML::EventHandler {
 public:
  Builder(Document& document, std::size_t begin, Dialect dialect, Diagnostics& diagnostics)
      : document_(document),
        text_(document.source()->text),
        begin_(begin),
        dialect_(dialect),
        diagnostics_(diagnostics) {}

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_bare_text();
    Node& node = start(mark, anchor, {});
    node.length = 1;
    place_null(node);
    const std::string_view word = word_at(node.offset);
    if (is_null_word(word)) {
      node.length = word.size();
    } else {
      refuse_missing_item(node);
    }
    finish(node);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const std::size_t offset = offset_of(mark);
    const auto found = anchors_.find(anchor);
    const std::string_view name = word_at(offset);
    if (found == anchors_.end()) {
      stop(offset, name.size(), format("the alias {} stands inside the value that it names", shown(name)),
           "an alias cannot contain itself");
    }
    const Node& target = *found->second;
    expanded_by_aliases_ += target.expanded;
    if (expanded_by_aliases_ > kMaxExpandedNodes) {
      stop(offset, name.size(), format("aliases expand to more than {} values", kMaxExpandedNodes),
           "write the document with fewer aliases");
    }
    check_depth(offset, stack_.size() + target.depth);
    attach(target, offset, name.size());
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node& node = start(mark, anchor, tag);
    node.kind = Node::Kind::scalar;
    node.text = in_utf8(value);
    set_style(node);
    if (node.tag == "!!binary") decode_binary(node);
    if (node.tag == "!!null" || (node.tag.empty() && node.style == Node::Style::plain && value.empty())) {
      make_null(node);
    }
    refuse_mistagged(node);
    finish(node);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Node::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Node::Kind::mapping);
  }
  void OnMapEnd() override { close(); }

  const Node* root() const { return root_; }

 private:
  // An open collection. `key` waits for its value.
  struct Frame {
    Node* node;
    YAML::anchor_t anchor;
    const Node* key = nullptr;
  };

  std::size_t offset_of(const YAML::Mark& mark) const {
    return std::min(begin_ + static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
  }

  [[noreturn]] void stop(std::size_t offset, std::size_t length, std::string what, std::string remedy) {
    report(offset, length, std::move(what), std::move(remedy));
    throw Stop{};
  }
  void report(std::size_t offset, std::size_t length, std::string what, std::string remedy) {
    diagnostics_.push_back({Severity::error, document_.position(offset, length), std::move(what), std::move(remedy)});
  }

  // A name that stands in the file, for a message.
  std::string shown(std::string_view name) const { return document_.shown(name, std::string_view::npos); }

  void check_depth(std::size_t offset, std::size_t depth) {
    if (depth <= kMaxDepth) return;
    stop(offset, 1, format("the document is nested more than {} levels deep", kMaxDepth),
         "flatten it; no valid file comes near this limit");
  }

  // The characters up to white space or a flow indicator.
  std::string_view word_at(std::size_t offset) const {
    const std::string_view rest = text_.substr(offset);
    return rest.substr(0, rest.find_first_of(" \t\r\n,]}:"));
  }

  // An event's mark points to the node's anchor or tag if it has one.
  std::size_t skip_properties(std::size_t offset) const {
    while (offset < text_.size() && (text_[offset] == '&' || text_[offset] == '!')) {
      while (offset < text_.size() && std::string_view(" \t\r\n,]}").find(text_[offset]) == std::string_view::npos) {
        ++offset;
      }
      offset = skip_space_and_comments(offset);
    }
    return offset;
  }
  std::size_t skip_space_and_comments(std::size_t offset) const {
    while (offset < text_.size()) {
      if (std::string_view(" \t\r\n").find(text_[offset]) != std::string_view::npos) {
        ++offset;
      } else if (text_[offset] == '#') {
        while (offset < text_.size() && text_[offset] != '\n') ++offset;
      } else {
        break;
      }
    }
    return offset;
  }

  Node& start(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) {
    if (document_.size() > kMaxNodes) {
      stop(offset_of(mark), 1, format("the document has more than {} values", kMaxNodes),
           "split it into several files");
    }
    Node& node = document_.add();
    node.offset = skip_properties(offset_of(mark));
    set_tag(node, offset_of(mark), tag);
    pending_anchor_ = anchor;
    return node;
  }

  void set_tag(Node& node, std::size_t offset, const std::string& tag) {
    constexpr std::string_view kStandard = "tag:yaml.org,2002:";
    if (tag.empty() || tag == "?" || tag == "!") return;
    if (tag.starts_with(kStandard)) {
      const std::string_view name = std::string_view(tag).substr(kStandard.size());
      for (const std::string_view known : {"str", "int", "float", "bool", "null", "map", "seq", "binary"}) {
        if (name == known && (name != "binary" || dialect_ == Dialect::prometheus)) {
          node.tag = format("!!{}", known);
          return;
        }
      }
    }
    while (offset < node.offset && text_[offset] != '!') ++offset;
    const std::string_view written = text_.substr(offset, tag_length(offset));
    const bool custom = !written.starts_with("!!");
    if (dialect_ == Dialect::prometheus && custom) {
      diagnostics_.push_back({Severity::warning, document_.position(offset, written.size()),
                              format("the tag {} is ignored", shown(written)), "leave it out"});
    } else {
      report(offset, written.size(), format("the tag {} is not supported", shown(written)), "leave it out");
    }
  }
  // A text in base64, in which newlines do not count.
  void decode_binary(Node& node) {
    std::string written = node.text;
    std::erase_if(written, [](char c) { return c == '\n' || c == '\r'; });
    const std::vector<unsigned char> bytes = YAML::DecodeBase64(written);
    // What is no base64 comes back empty, and blanks are passed over, which Go does not do.
    const bool blank = written.find_first_of(" \t") != std::string::npos;
    if (blank || written.size() % 4 != 0 || (bytes.empty() && !written.empty())) {
      return report(node.offset, node.length, "!!binary value contains invalid base64 data",
                    "write it as a text, without the tag");
    }
    node.text.assign(bytes.begin(), bytes.end());
    node.tag = "!!str";
  }

  // [a, , b]: yaml-cpp takes it for an item without a value, go-yaml and the standard for a mistake.
  void refuse_missing_item(const Node& node) {
    if (stack_.empty() || !stack_.back().node->is_sequence()) return;
    const std::size_t begin = stack_.back().node->offset;
    if (begin >= text_.size() || text_[begin] != '[') return;
    stop(node.offset, 1, "did not find expected node content", "an item is missing between two commas");
  }

  void make_null(Node& node) {
    if (!node.text.empty() && !is_null_word(node.text)) {
      report(node.offset, node.length, format("cannot decode {} as a !!null", node.describe()), "leave the tag out");
    }
    node.kind = Node::Kind::null;
    node.text.clear();
  }
  // As go-yaml, which looks at a tag before it looks at what the value is for.
  void refuse_mistagged(const Node& node) {
    const bool right = (node.tag != "!!int" || scalar_integer(node)) &&
                       (node.tag != "!!float" || scalar_number(node)) && (node.tag != "!!bool" || scalar_boolean(node));
    if (right) return;
    report(node.offset, node.length, format("cannot decode {} as a {}", node.describe(), node.tag),
           "leave the tag out");
  }
  static bool is_null_word(std::string_view word) {
    return word == "~" || word == "null" || word == "Null" || word == "NULL";
  }

  std::size_t tag_length(std::size_t offset) const {
    return std::min(text_.find_first_of(" \t\r\n,]}", offset), text_.size()) - offset;
  }

  // An absent value has the mark of whatever comes next: it is told at its key, or at the dash of its item.
  // yaml-cpp takes a text at the end of a block mapping for a key without ':', which YAML knows in flow mappings only.
  void refuse_bare_text() {
    const Node* const key = stack_.empty() ? nullptr : stack_.back().key;
    if (key == nullptr || !key->is_scalar() || key->offset < stack_.back().node->offset) return;
    const std::size_t before =
        key->offset == 0 ? std::string_view::npos : text_.find_last_not_of(" \t", key->offset - 1);
    if (before != std::string_view::npos && text_[before] == '?') return;
    const std::size_t behind = skip_space_and_comments(key->offset + key->length);
    if (behind < text_.size() && std::string_view(":,}]").find(text_[behind]) != std::string_view::npos) return;
    stop(key->offset, key->length, "could not find expected ':' behind this text",
         "indent it if it belongs to the value above, or make it a key with a value");
  }

  void place_null(Node& node) const {
    const std::string_view word = word_at(node.offset);
    if (is_null_word(word) || stack_.empty()) return;
    const Frame& frame = stack_.back();
    if (frame.key != nullptr) {
      node.offset = frame.key->offset;
      node.length = frame.key->length;
      return;
    }
    if (!frame.node->is_sequence() || node.offset == 0) return;
    std::size_t i = node.offset - 1;
    while (i > frame.node->offset && text_[i] != '-') --i;
    node.offset = i;
  }

  void set_style(Node& node) {
    const std::string_view rest = text_.substr(node.offset);
    const char first = rest.empty() ? '\0' : rest.front();
    node.style = Node::Style::plain;
    if (first == '\'' || first == '"') {
      node.style = first == '"' ? Node::Style::double_quoted : Node::Style::single_quoted;
      node.length = quoted_length(rest, first);
      if (node.length == 0) {
        stop(node.offset, 1, "this quote is never closed", "close it, or escape it if it belongs to the text");
      }
      if (first == '"' && dialect_ == Dialect::prometheus) refuse_slash_escape(node);
    } else if (first == '|' || first == '>') {
      node.style = Node::Style::block;
      node.length = 1;
    } else {
      node.length = std::max<std::size_t>(1, common_prefix(rest, node.text));
    }
  }
  static std::size_t common_prefix(std::string_view a, std::string_view b) {
    std::size_t i = 0;
    while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
    return i;
  }
  // YAML 1.2 has it, for JSON's sake; go-yaml does not.
  void refuse_slash_escape(const Node& node) {
    const std::string_view quoted = text_.substr(node.offset, node.length);
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
      if (quoted[i] != '\\') continue;
      if (quoted[i + 1] == '/') report(node.offset + i, 2, "Prometheus does not know the escape \\/", "write / alone");
      ++i;
    }
  }
  // 0 if the quote is never closed, which yaml-cpp does not mind at the end of a file.
  static std::size_t quoted_length(std::string_view rest, char quote) {
    for (std::size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '\\' && quote == '"') {
        ++i;
      } else if (rest[i] == quote) {
        if (quote == '"' || i + 1 >= rest.size() || rest[i + 1] != quote) return i + 1;
        ++i;
      }
    }
    return 0;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    check_depth(offset_of(mark), stack_.size() + 1);
    Node& node = start(mark, anchor, tag);
    node.kind = kind;
    node.depth = 1;
    stack_.push_back({&node, anchor});
  }

  void close() {
    const Frame frame = std::move(stack_.back());
    stack_.pop_back();
    if (frame.node->is_mapping()) {
      find_duplicates(*frame.node);
      resolve_merge(*frame.node);
    }
    pending_anchor_ = frame.anchor;
    finish(*frame.node);
  }

  void finish(Node& node) {
    if (pending_anchor_ != 0) anchors_[pending_anchor_] = &node;
    pending_anchor_ = 0;
    attach(node, node.offset, node.length);
  }

  void attach(const Node& node, std::size_t offset, std::size_t length) {
    if (stack_.empty()) {
      root_ = &node;
      return;
    }
    Frame& frame = stack_.back();
    Node& parent = *frame.node;
    parent.depth = std::max(parent.depth, node.depth + 1);
    parent.expanded += node.expanded;
    if (parent.is_sequence()) {
      parent.items.push_back(&node);
    } else if (frame.key == nullptr) {
      if (!node.is_scalar()) {
        stop(offset, length, format("a key must be a text, found {}", node.describe()),
             node.is_null() ? "write the key in quotes" : "expected `key: value`");
      }
      frame.key = &node;
    } else {
      parent.entries.push_back({frame.key->text, frame.key, &node, false});
      frame.key = nullptr;
    }
  }

  // Errors for every key that is there twice; the first one stays.
  void find_duplicates(Node& mapping) {
    std::map<std::string_view, const Node*> seen;
    std::vector<Node::Entry> kept;
    kept.reserve(mapping.entries.size());
    for (Node::Entry& entry : mapping.entries) {
      const auto [first, fresh] = seen.emplace(entry.key_node->text, entry.key_node);
      if (fresh) {
        kept.push_back(std::move(entry));
        continue;
      }
      report(entry.key_node->offset, entry.key_node->length, format("the key '{}' is there twice", shown(entry.key)),
             format("it first stands in line {}; keep one of them", first->second->where().line));
    }
    mapping.entries = std::move(kept);
  }

  static bool is_merge_key(const Node& key) {
    return key.text == "<<" && key.style == Node::Style::plain && (key.tag.empty() || key.tag == "!!merge");
  }

  // `<<: *a` or `<<: [*a, *b]`: own keys win over merged ones, earlier merged ones over later.
  void resolve_merge(Node& mapping) {
    const auto merge = std::find_if(mapping.entries.begin(), mapping.entries.end(),
                                    [](const Node::Entry& entry) { return is_merge_key(*entry.key_node); });
    if (merge == mapping.entries.end()) return;
    const Node::Entry entry = *merge;
    const auto before = static_cast<std::size_t>(merge - mapping.entries.begin());  // so many own keys
    mapping.entries.erase(merge);
    std::map<std::string, std::size_t, std::less<>> present;  // where in the entries
    for (std::size_t i = 0; i < mapping.entries.size(); ++i) present.emplace(mapping.entries[i].key, i);
    const auto take = [&](const Node& source) {
      if (!source.is_mapping()) {
        report(source.offset, source.length, format("a merge key takes mappings, found {}", source.describe()),
               "expected `<<: *anchor` or `<<: [*one, *two]`, each a mapping");
        return;
      }
      for (const Node::Entry& other : source.entries) {
        expanded_by_aliases_ += 1;
        const auto [known, fresh] = present.emplace(other.key, mapping.entries.size());
        if (fresh) {
          expanded_by_aliases_ += other.value->expanded;
          mapping.expanded += other.value->expanded;
          mapping.entries.push_back({other.key, other.key_node, other.value, true, false, other.behind});
        } else {
          Node::Entry& first = mapping.entries[known->second];
          first.merged_again = true;
          // The earlier of several merged mappings counts, as everywhere.
          if (known->second < before && first.behind == nullptr) first.behind = &other;
        }
        if (expanded_by_aliases_ > kMaxExpandedNodes) {
          stop(entry.key_node->offset, 2, format("merge keys expand to more than {} values", kMaxExpandedNodes),
               "write the document with fewer aliases");
        }
      }
    };
    if (entry.value->is_sequence()) {
      for (const Node* item : entry.value->items) take(*item);
    } else {
      take(*entry.value);
    }
  }

  Document& document_;
  std::string_view text_;
  std::size_t begin_;
  Dialect dialect_;
  Diagnostics& diagnostics_;
  std::vector<Frame> stack_;
  std::unordered_map<YAML::anchor_t, const Node*> anchors_;
  YAML::anchor_t pending_anchor_ = 0;
  std::size_t expanded_by_aliases_ = 0;
  const Node* root_ = nullptr;
};

// Sees whether a later document says anything.
class Later : public YAML::EventHandler {
 public:
  struct Found {
    int pos;
  };
  // A token that begins no document is not consumed: the parser would give it for ever.
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos == last_) throw Found{mark.pos};
    last_ = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  [[noreturn]] void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { throw Found{mark.pos}; }
  [[noreturn]] void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                             const std::string& /*value*/) override {
    throw Found{mark.pos};
  }
  [[noreturn]] void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                                    YAML::EmitterStyle::value /*style*/) override {
    throw Found{mark.pos};
  }
  void OnSequenceEnd() override {}
  [[noreturn]] void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                               YAML::EmitterStyle::value /*style*/) override {
    throw Found{mark.pos};
  }
  void OnMapEnd() override {}

 private:
  int last_ = -1;
};

// Whether a line "---" or "..." stands before `offset`, after the first document's start: what follows was meant as a
// document of its own.
bool separated(std::string_view text, std::size_t offset, std::size_t root_offset) {
  for (std::string_view mark : {"\n---", "\n..."}) {
    const std::size_t found = text.rfind(mark, offset);
    if (found != std::string_view::npos && found >= root_offset) return true;
  }
  return false;
}

// Resources, and SLO files of OpenSLO and Sloth, are read with all their documents (parse_all).
bool holds_documents(const Node& root, Dialect dialect) {
  const Node* resource = root.find("apiVersion");
  if (dialect == Dialect::prometheus && resource != nullptr) return true;
  const Node* said = resource != nullptr ? resource : root.find("version");
  if (said == nullptr || !said->is_scalar()) return false;
  const std::string_view text = said->text;
  return text.starts_with("openslo/") || text.starts_with("sloth.slok.dev/") ||
         (resource == nullptr && text.starts_with("prometheus/"));
}

bool report_later(const Document& document, const Node& root, std::size_t offset, Dialect dialect,
                  Diagnostics& diagnostics) {
  const Position where = document.position(offset, 1);
  if (!separated(document.source()->text, offset, root.offset)) {
    diagnostics.push_back({Severity::error, where, "this does not belong to the document that stands before it",
                           "check the indentation, and that brackets and quotes are closed"});
    return false;
  }
  if (holds_documents(root, dialect)) return true;
  if (dialect == Dialect::prometheus) {
    diagnostics.push_back({Severity::warning, where, "a second document begins here and is not read",
                           "Prometheus reads only the first document of a file; put this one into a file of its own"});
    return true;
  }
  diagnostics.push_back({Severity::error, where, "a second document begins here",
                         "put it into a file of its own; a file holds one document"});
  return false;
}

// go-yaml takes no other version than 1.1, although it reads much of 1.2.
bool version_refused(const Document& document, std::size_t begin, Dialect dialect, Diagnostics& diagnostics) {
  constexpr std::string_view kDirective = "%YAML ";
  const std::string_view text = std::string_view(document.source()->text).substr(begin);
  if (dialect != Dialect::prometheus || !text.starts_with(kDirective)) return false;
  const std::string_view version = text.substr(kDirective.size(), 3);
  if (version == "1.1") return false;
  diagnostics.push_back({Severity::error, document.position(begin, kDirective.size() + 3),
                         "Prometheus reads YAML 1.1 only, and refuses this directive", "leave the directive out"});
  return true;
}

}  // namespace

bool build_document(Document& document, std::size_t begin, Dialect dialect, Diagnostics& diagnostics) {
  if (version_refused(document, begin, dialect, diagnostics)) return false;
  // At the end of a line an open quote ends quietly, and set_style tells where it was opened.
  std::istringstream stream(document.source()->text.substr(begin) + "\n");
  Builder builder(document, begin, dialect, diagnostics);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return true;
    if (builder.root() != nullptr) document.set_root(*builder.root());
    Later later;
    try {
      while (parser.HandleNextDocument(later)) {
      }
    } catch (const Later::Found& found) {
      return report_later(document, document.root(), begin + static_cast<std::size_t>(found.pos), dialect, diagnostics);
    }
    return true;
  } catch (const Stop&) {
    return false;
  } catch (const YAML::Exception& error) {
    diagnostics.push_back(explain_yaml_error(document, begin, error));
    return false;
  }
}

void build_documents(const SourcePtr& source, std::size_t begin, std::vector<std::unique_ptr<Document>>& documents,
                     Diagnostics& diagnostics) {
  constexpr std::size_t kMaxDocuments = 10'000;  // of all resources of a cluster, say
  std::istringstream stream(source->text.substr(begin) + "\n");
  try {
    YAML::Parser parser(stream);
    for (std::size_t last = SIZE_MAX;;) {
      auto document = std::make_unique<Document>(source);
      Builder builder(*document, begin, Dialect::prometheus, diagnostics);
      if (!parser.HandleNextDocument(builder)) return;
      if (builder.root() == nullptr) continue;
      const std::size_t offset = builder.root()->offset;
      const bool stuck = offset == last;  // a token that begins no document is given for ever
      if (stuck || documents.size() == kMaxDocuments) {
        diagnostics.push_back({Severity::error, document->position(offset, 1),
                               stuck ? "this does not belong to the document that stands before it"
                                     : format("the file has more than {} documents", kMaxDocuments),
                               ""});
        return;
      }
      last = offset;
      document->set_root(*builder.root());
      documents.push_back(std::move(document));
    }
  } catch (const Stop&) {
    return;
  } catch (const YAML::Exception& error) {
    diagnostics.push_back(explain_yaml_error(Document(source), begin, error));
  }
}

}  // namespace firedrill::yaml
