// Shell reads a script for the commands in it, their variables filled in as far as they are known. Nothing is
// run. Of the language: quotes, variables with defaults, arrays, `export`, `cd`, `set --`, `shift`,
// redirections and here-documents; loops and functions are only passed through. What it puts out is at most
// 256 KiB; what is behind that is not read. One thread.
#pragma once

#include <string_view>
#include <vector>

#include "surroundings.h"

namespace paddock::engine {

struct Simple {
  Words words;              // the program first
  Environment environment;  // set for it alone
};

class Shell {
 public:
  // Changes `around` as the script does. The first of the arguments is the script's name. Outlived by
  // `around`.
  Shell(Surroundings& around, Words arguments);

  std::vector<Simple> run(std::string_view script);

 private:
  void step();
  void put(char c);
  void put_text(std::string_view text);
  void put_values(const Words& values, bool quoted, bool is_list);
  bool spend(std::size_t bytes);
  void finish_word();
  void finish_command();
  void open_list();
  void close_list();
  void redirect(char first);
  void note_document();
  void skip_documents();
  void skip_comment();
  void single_quoted();
  void double_quoted();
  void escaped(bool quoted);
  void home();
  void dollar(bool quoted);
  void substitution();
  void braces(bool quoted);
  void value_or(std::string_view name, std::string_view rest, bool quoted);
  void expand(std::string_view text, bool quoted);
  const Words* find(std::string_view name);
  std::string_view name_at(std::string_view text, std::size_t at) const;
  void carry_out(Words words);
  bool is_builtin(const Words& words);
  void set(std::string_view word, bool exported);

  Surroundings& around_;
  Words arguments_;
  std::map<std::string, Words, std::less<>> variables_;
  std::string_view text_;
  std::size_t at_ = 0, budget_, depth_ = 0;
  std::string word_;
  Words words_, before_list_, found_;
  std::string list_;  // the name of the array that is being read
  Words documents_;   // the lines that end them
  bool in_word_ = false, in_list_ = false, drops_next_ = false;
  std::vector<Simple> commands_;
};

}  // namespace paddock::engine
