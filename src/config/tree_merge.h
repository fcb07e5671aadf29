// The trees of several files as one.
//
// Mappings are joined key by key, lists are put behind one another, equal texts are one, and a key with
// nothing behind it yields to what another file says. The children of an identity map, such as `models`, must
// each come from one file only. Everything keeps the place where it was written. Pure, apart from reports.
#pragma once

namespace paddock::config {

struct Document;
class Report;
class Sources;

// Makes `root` of `roots`, which are in the order of the files. Reports what cannot be joined; the first file
// then counts, or none where all together are too much.
void merge_trees(Document& document, const Sources& sources, Report& report);

}  // namespace paddock::config
