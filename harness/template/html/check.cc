#include "template/html/check.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "template/format/go_text.h"
#include "template/html/escaper.h"

namespace firedrill::templates::html {
namespace {

// Where a way through a template has come; nothing if it goes no further ({{break}}).
using Place = std::optional<Context>;

// Definitions that call each other deeper than this in ever other contexts are not looked into.
constexpr std::size_t kMostCalls = 2000;

class Check {
 public:
  Check(const Definitions& definitions, GoVersion go) : definitions_(definitions), go_(go) {}

  std::optional<std::string> run(const std::string& name) {
    const auto found = definitions_.find(name);
    if (found == definitions_.end()) return std::nullopt;
    definition_ = found->second.get();
    const Place end = walk(Context{}, *definition_->tree);
    if (fault_.empty() && end && end->state != State::text) {
      fault_ = format("html/template:{}: ends in a non-text context: in {}", name, describe(end->state));
    }
    return fault_.empty() ? std::nullopt : std::optional(fault_);
  }

 private:
  void fail(const Node& node, std::string_view what) {
    if (!fault_.empty()) return;
    const std::string_view before = std::string_view(definition_->source->text).substr(0, node.position);
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    fault_ = format("html/template:{}:{}:{}: {}", definition_->source->name, line, before.size() - begin, what);
  }

  Place walk(const Place& from, const Node& node) {
    if (!from || !fault_.empty()) return from;
    switch (node.kind) {
      case NodeKind::list: {
        Place place = from;
        for (const NodePtr& child : node.children) place = walk(place, *child);
        return place;
      }
      case NodeKind::text:
        return walk_text(*from, node);
      case NodeKind::action:
        return walk_action(*from, node);
      case NodeKind::if_:
        return walk_branch(*from, node, "if");
      case NodeKind::with:
        return walk_branch(*from, node, "with");
      case NodeKind::range:
        return walk_range(*from, node);
      case NodeKind::template_:
        return walk_call(*from, node);
      case NodeKind::break_:
        breaks_.emplace_back(from);
        return std::nullopt;
      case NodeKind::continue_:
        continues_.emplace_back(from);
        return std::nullopt;
      default:
        return from;
    }
  }

  Place walk_text(const Context& from, const Node& node) {
    Escaper escaper(go_, from);
    if (const auto read = escaper.text(node.value); !read) fail(node, read.error());
    return escaper.context();
  }

  Place walk_action(const Context& from, const Node& node) {
    if (!node.pipe->declared.empty()) return from;  // writes nothing
    Escaper escaper(go_, from);
    if (const auto admitted = escaper.admit(*node.pipe); !admitted) fail(node, admitted.error());
    return escaper.context();
  }

  Place walk_branch(const Context& from, const Node& node, std::string_view what) {
    const Place then = walk(from, *node.list);
    const Place otherwise = node.otherwise ? walk(from, *node.otherwise) : Place(from);
    return joined(then, otherwise, node, what);
  }

  Place walk_range(const Context& from, const Node& node) {
    auto outer_breaks = std::exchange(breaks_, {});
    auto outer_continues = std::exchange(continues_, {});
    Place once = walk(from, *node.list);
    once = joined_loop(once, node);
    // What one round leaves behind the next one begins with.
    if (once) {
      breaks_.clear();
      continues_.clear();
      const Place again = joined_loop(walk(once, *node.list), node);
      once = joined(once, again, node, "range");
    }
    breaks_ = std::move(outer_breaks);
    continues_ = std::move(outer_continues);
    const Place otherwise = node.otherwise ? walk(from, *node.otherwise) : Place(from);
    return joined(once, otherwise, node, "range");
  }

  Place joined_loop(Place place, const Node& node) {
    for (const Place& each : breaks_) place = joined(place, each, node, "range");
    for (const Place& each : continues_) place = joined(place, each, node, "range");
    return place;
  }

  // A definition that is called where it was called before ends where it ended then; one that calls itself is taken to
  // end where it begins, and has to.
  Place walk_call(const Context& from, const Node& node) {
    const auto called = definitions_.find(node.value);
    if (called == definitions_.end()) {
      fail(node, format("no such template {}", go_quote(node.value)));
      return from;
    }
    const auto same = [&](const Call& call) { return call.definition == called->second.get() && call.from == from; };
    const auto known = std::ranges::find_if(calls_, same);
    if (known != calls_.end()) {
      known->is_used = true;
      return known->to;
    }
    if (calls_.size() == kMostCalls) return from;
    const std::size_t index = calls_.size();
    calls_.push_back({called->second.get(), from, from});
    const Definition* outer = std::exchange(definition_, called->second.get());
    auto outer_breaks = std::exchange(breaks_, {});
    auto outer_continues = std::exchange(continues_, {});
    const Place end = walk(from, *definition_->tree);
    breaks_ = std::move(outer_breaks);
    continues_ = std::move(outer_continues);
    definition_ = outer;
    if (calls_[index].is_used && end != calls_[index].to) {
      fail(node, format("cannot compute output context for template {}", node.value));
    }
    calls_[index].to = end;
    return end;
  }

  Place joined(const Place& one, const Place& other, const Node& node, std::string_view what) {
    if (!one) return other;
    if (!other || *one == *other) return one;
    Context context = *one;
    context.url_part = other->url_part;
    if (context == *other) {
      context.url_part = UrlPart::unknown;
      return context;
    }
    const Context a = nudged(*one);
    const Context b = nudged(*other);
    if ((a != *one || b != *other) && a == b) return a;
    fail(node, format("{{{{{}}}}} branches end in different contexts: in {}, in {}", what, describe(one->state),
                      describe(other->state)));
    return one;
  }

  struct Call {
    const Definition* definition;
    Context from;
    Place to;
    bool is_used = false;  // while it was not known where it ends
  };

  const Definitions& definitions_;
  GoVersion go_;
  const Definition* definition_ = nullptr;  // that is looked at
  std::vector<Call> calls_;
  std::vector<Place> breaks_;
  std::vector<Place> continues_;
  std::string fault_;
};

}  // namespace

std::optional<std::string> fault_of(const Definitions& definitions, const std::string& name, GoVersion go) {
  return Check(definitions, go).run(name);
}

}  // namespace firedrill::templates::html
