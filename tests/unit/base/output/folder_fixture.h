// Folders as data: what is in them before and after.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "base/output/output_folder.h"

namespace firedrill::output {

// Paths below a folder: the text of a file; "-> target" of a link; "|" for a pipe; "/" for a folder that is empty.
using Contents = std::map<std::string, std::string>;

inline Contents contents_of(const std::filesystem::path& folder) {
  Contents contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).generic_string();
    if (entry.is_symlink()) {
      contents[name] = "-> " + std::filesystem::read_symlink(entry.path()).string();
    } else if (entry.is_fifo()) {
      contents[name] = "|";
    } else if (entry.is_regular_file()) {
      std::stringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      contents[name] = text.str();
    } else if (std::filesystem::is_empty(entry.path())) {
      contents[name] = "/";
    }
  }
  return contents;
}

// "" as the text removes what is there.
inline void put(const std::filesystem::path& folder, const Contents& contents) {
  for (const auto& [name, text] : contents) {
    const std::filesystem::path path = folder / name;
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path.parent_path());
    if (text.starts_with("-> ")) {
      std::filesystem::create_symlink(text.substr(3), path);
    } else if (text == "|") {
      ASSERT_EQ(::mkfifo(path.c_str(), 0666), 0);
    } else if (text == "/") {
      std::filesystem::create_directory(path);
    } else if (!text.empty()) {
      std::ofstream(path) << text;
    }
  }
}

inline NameUse use_in_test(std::string_view name) {
  if (is_draft_of(name, "post.md")) return NameUse::draft;
  return name == "record" || name == "report" || name.starts_with("in/") ? NameUse::output : NameUse::foreign;
}
inline constexpr FolderKind kTestFolder{"test", use_in_test};

inline std::filesystem::path fresh_folder(const std::string& name) {
  const auto folder = std::filesystem::path(testing::TempDir()) / ("firedrill_output_" + name);
  std::filesystem::remove_all(folder);
  return folder;
}

// The files of a run, "record=1 in/x=1", written into the folder. Empty, or what is wrong: "record: is a folder …".
inline std::string written(const std::filesystem::path& folder, const std::string& run, const Hooks& hooks = {}) {
  std::vector<File> files;
  std::istringstream words(run);
  for (std::string word; words >> word;) {
    files.emplace_back(word.substr(0, word.find('=')), word.substr(word.find('=') + 1));
  }
  const auto done = OutputFolder(folder, kTestFolder, hooks).write(files);
  if (done) return "";
  if (done.error().reason == Reason::interrupted) return "interrupted";
  std::string text;
  for (const Diagnostic& each : done.error().diagnostics) {
    const auto place = std::filesystem::path(each.where.source->name).lexically_relative(folder).generic_string();
    text += (text.empty() ? "" : "; ") + place + ": " + each.what;
  }
  return text;
}

// Without the list, whose form manifest_test.cc looks at.
inline Contents outputs_of(const std::filesystem::path& folder) {
  Contents contents = contents_of(folder);
  contents.erase(std::string(kManifestName));
  return contents;
}

}  // namespace firedrill::output
