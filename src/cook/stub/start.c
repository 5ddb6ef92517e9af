/* Where the static program starts. A dry run starts it hundreds of times as its stub, and most of
   the time of such a call would go into the C library: on many virtual machines it takes longer to
   ask for the processor's features than to start the program. So a stub's call is answered before
   the C library is initialised. Everything else goes on with the C library's own start. */

#include "answer.h"
#include "system.h"

/* `stack` is as the kernel left it: the number of arguments, the arguments, a null pointer, the
   variables. Returns if the call is not answered. */
__attribute__((used)) static void answer_early(char** stack) {
  const long count = (long)stack[0];
  char** argv = stack + 1;
  if (larder_answer(argv, argv + count + 1) == larder_answered)
    system_call(SYS_exit_group, 0, 0, 0, 0);
}

/* The last two instructions give `_start` what the kernel gave us: no function to call at exit. */
#if defined __x86_64__
__asm__(
    ".pushsection .text\n"
    ".global larder_start\n"
    ".type larder_start, %function\n"
    "larder_start:\n"
    "  xor %ebp, %ebp\n"
    "  mov %rsp, %rbx\n"
    "  mov %rsp, %rdi\n"
    "  call answer_early\n"
    "  mov %rbx, %rsp\n"
    "  xor %edx, %edx\n"
    "  jmp _start\n"
    ".popsection\n");
#elif defined __aarch64__
__asm__(
    ".pushsection .text\n"
    ".global larder_start\n"
    ".type larder_start, %function\n"
    "larder_start:\n"
    "  mov x29, #0\n"
    "  mov x30, #0\n"
    "  mov x0, sp\n"
    "  bl answer_early\n"
    "  mov x0, #0\n"
    "  b _start\n"
    ".popsection\n");
#endif
