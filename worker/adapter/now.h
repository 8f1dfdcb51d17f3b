/* now.h - the system's clocks, read at this very moment.
 *
 * What the loop calls is handed its clock, which stands still for a turn (loop.h). This is for
 * other threads, for commands without a loop, and for measuring what takes less than a turn.
 *
 * Thread: any. */
#ifndef ADAPTER_NOW_H
#define ADAPTER_NOW_H

#include <stdint.h>

int64_t now_mono_us(void); /* never goes back; the scale of the loop's mono_ms */
int64_t now_wall_ms(void); /* since 1970-01-01T00:00:00Z */
int64_t now_cpu_us(void);  /* processor time that the calling thread has taken */

#endif
