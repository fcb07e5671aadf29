#!/usr/bin/env python3
"""The three ways in which the web page comes into a build, and what is said when it cannot.

    check_page_build.py ROOT COMPILER NINJA

Each case is a small project with scripts/cmake/ui.cmake of ROOT in it and a made-up ui/, whose program prints
what was built in. npm and Node are scripts that note how they were called, or not to be found at all: nothing
here asks a registry. The real ones build the page in scripts/test.sh fresh. Uses only what Python 3.9 brings.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT, COMPILER, NINJA = (os.path.abspath(path) for path in sys.argv[1:4])
LIMIT = 60  # seconds for one run of cmake

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(page_alone LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
include(scripts/cmake/ui.cmake)
paddock_page(source)
add_executable(shows main.cpp ${source})
target_include_directories(shows PRIVATE include)
if(TARGET paddock_page_bytes)
  target_link_libraries(shows PRIVATE paddock_page_bytes)
endif()
"""
PROGRAM = """
#include <iostream>
#include "paddock/page/page.h"
int main() {
  for (const auto& file : paddock::page::built_in()) {
    std::cout << file.path << '|' << file.lasts << '|' << file.plain << '|' << file.gzip << '|' << file.brotli << '\\n';
  }
}
"""
TAKEN = ["include/paddock/page/page.h", "scripts/cmake/ui.cmake", "scripts/cmake/embed_page.cmake",
         "scripts/cmake/npm_ci.cmake"]
UI = {"package.json": "{}", "package-lock.json": "{}", ".npmrc": "", "index.html": "the page", "vite.config.mjs": "",
      "src/main.tsx": "first", "scripts/pack.mjs": ""}
# `npm run build` makes a page of the source as it is where it was called.
NPM = """#!/bin/sh
echo "$1" >>{calls}
[ "$1" = ci ] && exit {ci}
mkdir -p dist/assets && cp index.html dist/ && cp src/main.tsx dist/assets/main-1a2b3c4d.js
"""
NODE = "#!/bin/sh\necho {version}\n"
DIST = {"index.html": "<html>", "assets/x-1a2b3c4d.js": "1;", "assets/x-1a2b3c4d.js.gz": "zipped",
        "assets/x-1a2b3c4d.js.br": "smaller"}
BUILT_FROM_DIST = ["assets/x-1a2b3c4d.js|1|1;|zipped|smaller", "index.html|0|<html>||"]
# As if nothing were installed but the compiler.
NOWHERE = ["-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF", "-DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF"]
OTHER_WAYS = "Configure with -DUI=off to build without the web page, or with -DUI=prebuilt -DUI_DIST=FOLDER"


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="paddock-page-")
        self.addCleanup(shutil.rmtree, self.folder)
        for path in TAKEN:
            os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
            shutil.copy(os.path.join(ROOT, path), self.path(path))
        shutil.copy(os.path.join(ROOT, "src/page/none.cpp"), self.path("none.cpp"))
        self.write("CMakeLists.txt", PROJECT)
        self.write("main.cpp", PROGRAM)
        for name, text in UI.items():
            self.write("ui/" + name, text)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def cmake(self, *arguments):
        """The exit code, and all that was said, each run of white space one blank."""
        done = subprocess.run(["cmake", *arguments], cwd=self.folder, timeout=LIMIT, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, " ".join(done.stdout.split())

    def configure(self, *arguments):
        return self.cmake("-S", ".", "-B", "build", "-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={NINJA}",
                          f"-DCMAKE_CXX_COMPILER={COMPILER}", "-DCMAKE_CXX_COMPILER_WORKS=ON", *arguments)

    def tools(self, version="v18.20.4", ci=0):
        """A Node and an npm of our own, as arguments of cmake."""
        self.write("tools/node", NODE.format(version=version), 0o755)
        self.write("tools/npm", NPM.format(calls=self.path("calls"), ci=ci), 0o755)
        return [f"-DNODE={self.path('tools/node')}", f"-DNPM={self.path('tools/npm')}"]

    def calls(self):
        with open(self.path("calls"), encoding="utf-8") as file:
            return file.read().split()

    def built(self):
        """What the built program shows, by line."""
        code, said = self.cmake("--build", "build")
        self.assertEqual(code, 0, said)
        return subprocess.run([self.path("build/shows")], stdout=subprocess.PIPE, text=True, timeout=LIMIT,
                              check=True).stdout.splitlines()

    def refused(self, result, *sentences):
        code, said = result
        self.assertNotEqual(code, 0, said)
        for sentence in sentences:
            self.assertIn(sentence, said)

    def test_without_npm_it_says_what_to_install(self):
        self.refused(self.configure(*NOWHERE), "The web page is built by npm, which is not here",
                     "apt-get install nodejs npm", OTHER_WAYS)

    def test_an_old_node_is_named(self):
        self.refused(self.configure(*self.tools(version="v16.20.2")), "needs Node 18 or newer", "16.20.2", OTHER_WAYS)

    def test_npm_that_fetches_nothing(self):
        self.assertEqual(self.configure(*self.tools(ci=1))[0], 0)
        self.refused(self.cmake("--build", "build"), "npm could not fetch what the web page is built with",
                     OTHER_WAYS)

    def test_off_needs_nothing(self):
        code, said = self.configure("-DUI=off", *NOWHERE)
        self.assertEqual(code, 0, said)
        self.assertEqual(self.built(), [])
        code, said = self.configure(*NOWHERE)
        self.assertEqual(code, 0, said)
        self.assertIn("this build folder was told UI=off. With it: -DUI=bundled", said)

    def test_prebuilt_needs_a_dist_only(self):
        for name, text in DIST.items():
            self.write("elsewhere/" + name, text)
        code, said = self.configure("-DUI=prebuilt", "-DUI_DIST=elsewhere", *NOWHERE)
        self.assertEqual(code, 0, said)
        self.assertEqual(self.built(), BUILT_FROM_DIST)

    def test_prebuilt_without_a_dist(self):
        for arguments in (["-DUI=prebuilt"], ["-DUI=prebuilt", "-DUI_DIST=nowhere"]):
            self.refused(self.configure(*arguments), "has no index.html")

    def test_an_unknown_way(self):
        self.refused(self.configure("-DUI=maybe"), "-DUI=maybe is none of bundled, prebuilt and off")

    def test_bundled_is_the_default_and_follows_its_sources(self):
        code, said = self.configure(*self.tools())
        self.assertEqual(code, 0, said)
        index = "index.html|0|the page||"
        self.assertEqual(self.built(), ["assets/main-1a2b3c4d.js|1|first||", index])
        self.assertEqual(self.calls(), ["ci", "run"])
        self.write("ui/src/main.tsx", "second")
        self.assertEqual(self.built(), ["assets/main-1a2b3c4d.js|1|second||", index])
        self.assertEqual(self.calls(), ["ci", "run", "run"])
        self.write("ui/package-lock.json", "{ }")
        self.built()
        self.assertEqual(self.calls(), ["ci", "run", "run", "ci", "run"])
        self.built()
        self.assertEqual(len(self.calls()), 5)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
