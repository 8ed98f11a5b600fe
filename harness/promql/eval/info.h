// info(): adds to each sample the data labels of the info series (target_info) with the same instance and job.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "promql/eval/selection.h"
#include "promql/eval/selectors.h"

namespace firedrill::promql {

class InfoCall final : public OwningVector {
 public:
  // `infos`: all candidate info series, its values their samples' times. `narrowing`: the second argument's matchers.
  // `narrowed`: there is one.
  InfoCall(VectorPtr input, VectorPtr infos, std::vector<model::Matcher> narrowing, bool narrowed);
  const Points& eval(Context& ctx) override;

 private:
  struct Info {
    Row row;
    double time;
  };
  // The values that the samples to enrich have of one of the identifying labels; none: it does not matter.
  using Values = std::set<std::string, std::less<>>;
  struct Wanted {
    Values instances;
    Values jobs;
    bool any() const { return !instances.empty() || !jobs.empty(); }
  };
  Wanted wanted_by(const Context& ctx, const Points& input) const;
  bool index(Context& ctx, const Points& infos, const Wanted& wanted);
  // The sample's labels with the data labels added; nothing if it has to go.
  std::optional<model::Labels> enriched(Context& ctx, const model::Labels& labels, bool looked) const;
  bool is_info(const model::Labels& labels) const;
  bool stays_as_it_is(const Context& ctx, const model::Labels& labels) const;
  bool adds(std::string_view label) const;

  VectorPtr input_;
  VectorPtr infos_;
  bool narrowed_;
  std::vector<model::Matcher> names_;          // on __name__
  std::vector<model::Matcher> data_;           // on data labels
  std::map<model::Labels, Info> by_identity_;  // identity: name, instance, job
  RowSet met_;
};

}  // namespace firedrill::promql
