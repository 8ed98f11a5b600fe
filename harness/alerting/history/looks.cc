#include "alerting/history/looks.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "promql/functions/functions.h"

namespace firedrill::alerting {
namespace {

using promql::Kind;
using promql::Modifiers;

// What these give of a steady window depends on where it begins and ends and not on how many samples lie between.
constexpr std::array<std::string_view, 6> kOfEnds = {"rate",           "increase",          "delta",
                                                     "last_over_time", "present_over_time", "absent_over_time"};

class Looker {
 public:
  void visit(const promql::Expr& expression) { visit(expression, {}); }

  std::vector<Look> found;
  bool fixed = false;

 private:
  // Where an expression is evaluated: from so long before the whole until so long before it.
  struct Instants {
    Duration back{};
    Duration until{};
    bool repeated = false;
  };

  // Those at which something with these modifiers is read.
  static Instants read_at(const Modifiers& modifiers, Instants at) {
    // The instant of the evaluation of the whole, whatever is around it.
    if (modifiers.at == Modifiers::At::start || modifiers.at == Modifiers::At::end) at = {};
    return {at.back + modifiers.offset, at.until + modifiers.offset, at.repeated};
  }

  bool is_fixed(const Modifiers& modifiers) {
    if (modifiers.at != Modifiers::At::time) return false;
    fixed = true;
    return true;
  }

  void visit_window(const promql::MatrixSelector& window, const Instants& at, bool every) {
    const Modifiers& modifiers = window.vector->modifiers;
    if (is_fixed(modifiers)) return;
    const Instants read = read_at(modifiers, at);
    found.push_back({window.vector.get(), read.back + window.range, read.until, window.range, every, read.repeated});
  }

  void visit_call(const promql::Call& call, const Instants& at) {
    const bool every = std::ranges::find(kOfEnds, call.function->name) == kOfEnds.end();
    for (const promql::ExprPtr& argument : call.arguments) {
      const promql::Expr& inner = promql::unwrap(*argument);
      if (inner.kind == Kind::matrix_selector) {
        visit_window(promql::as<promql::MatrixSelector>(inner), at, every);
      } else {
        visit(inner, at);
      }
    }
  }

  void visit(const promql::Expr& expression, const Instants& at) {
    switch (expression.kind) {
      case Kind::vector_selector: {
        const auto& selector = promql::as<promql::VectorSelector>(expression);
        if (is_fixed(selector.modifiers)) return;
        const Instants read = read_at(selector.modifiers, at);
        found.push_back({&selector, read.back, read.until, {}, false, read.repeated});
        return;
      }
      case Kind::matrix_selector:
        return visit_window(promql::as<promql::MatrixSelector>(expression), at, true);
      case Kind::subquery: {
        const auto& subquery = promql::as<promql::Subquery>(expression);
        if (is_fixed(subquery.modifiers)) return;
        const Instants read = read_at(subquery.modifiers, at);
        return visit(*subquery.inner, {read.back + subquery.range, read.until, true});
      }
      case Kind::call:
        return visit_call(promql::as<promql::Call>(expression), at);
      default:
        for (const promql::Expr* child : promql::children(expression)) visit(*child, at);
    }
  }
};

}  // namespace

std::vector<Look> looks(const promql::Expr& expression) {
  Looker looker;
  looker.visit(expression);
  return std::move(looker.found);
}

bool looks_at_fixed_time(const promql::Expr& expression) {
  Looker looker;
  looker.visit(expression);
  return looker.fixed;
}

Duration look_back(const promql::Expr& expression) {
  Duration farthest{};
  for (const Look& look : looks(expression)) farthest = std::max(farthest, look.back);
  return farthest;
}

}  // namespace firedrill::alerting
