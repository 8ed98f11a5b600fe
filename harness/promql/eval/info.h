// info(): adds to each sample the data labels of the info series (target_info) with the same instance and job.
#pragma once

#include <map>
#include <optional>

#include "promql/eval/selection.h"
#include "promql/eval/selectors.h"

namespace firedrill::promql {

class InfoCall final : public OwningVector {
 public:
  // `infos`: all candidate info series, its values their samples' times. `narrowing`: the second argument's matchers.
  InfoCall(VectorPtr input, VectorPtr infos, std::vector<model::Matcher> narrowing);
  const Points& eval(Context& ctx) override;

 private:
  struct Info {
    Row row;
    double time;
  };
  bool index(Context& ctx, const Points& infos);
  // The sample's labels with the data labels added; nothing if it has to go.
  std::optional<model::Labels> enriched(Context& ctx, const model::Labels& labels) const;
  bool is_info(const model::Labels& labels) const;
  bool wanted(std::string_view label) const;

  VectorPtr input_;
  VectorPtr infos_;
  std::vector<model::Matcher> names_;          // on __name__
  std::vector<model::Matcher> data_;           // on data labels
  std::map<model::Labels, Info> by_identity_;  // identity: name, instance, job
  RowSet met_;
};

}  // namespace firedrill::promql
