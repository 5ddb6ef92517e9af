/* The stub that stands in for rustc and for build scripts in a dry run that records calls. */
#ifndef LARDER_STUB_ANSWER_H
#define LARDER_STUB_ANSWER_H

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /* Another call: nothing was done. */
  larder_not_answered = -1,
  larder_answered = 0
};

/* If this program was started as such a stub, records the call and does what cargo expects of the
   real program: rustc leaves an executable for a build script, and a build script prints when it is
   to run again. `argv` and `envp` are those of main. Returns one of the above, or an errno(3)
   if a file cannot be written.

   The call is appended to the file in one piece: the number of arguments and of variables, the
   arguments (rustc's start with rustc) and the variables, each followed by a zero byte. */
int larder_answer(char** argv, char** envp);

#ifdef __cplusplus
}
#endif

#endif
