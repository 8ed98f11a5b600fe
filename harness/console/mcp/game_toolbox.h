// The tools of a drill, carried out by its game.
#pragma once

#include <vector>

#include "console/game.h"
#include "console/mcp/server.h"

namespace firedrill::console::mcp {

class GameToolbox final : public Toolbox {
 public:
  // It must outlive this.
  explicit GameToolbox(Game& game);

  std::span<const Entry> entries() const override { return entries_; }
  ToolOutput call(std::size_t entry, const json::object& arguments, const Stopped& stopped) override;
  std::string instructions() const override;

 private:
  Game& game_;
  std::vector<Entry> entries_;
};

}  // namespace firedrill::console::mcp
