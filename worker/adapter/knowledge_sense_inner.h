/* knowledge_sense_inner.h - what the two files of the sense share.
 *
 *     knowledge_sense.c   questions
 *     knowledge_learn.c   passages
 *
 * Thread: the loop's, but for the jobs. */
#ifndef ADAPTER_KNOWLEDGE_SENSE_INNER_H
#define ADAPTER_KNOWLEDGE_SENSE_INNER_H

#include "worker/adapter/job_thread.h"
#include "worker/adapter/knowledge_sense.h"
#include "worker/adapter/vector_book.h"

#define SENSE_INDEXES (LIBRARY_TENANTS_MAX + 1)

struct knowledge_sense {
    struct knowledge_sense_options options;
    struct job_thread *thread;
    struct job recalling;
    struct job learning;
    struct job reading;
    struct knowledge_library *library; /* that is or was learnt */
    struct vector_book *book;          /* the thread's while it recalls or learns */
    float *learnt[SENSE_INDEXES];      /* vectors of each index; NULL: none, or it has them */
    bool is_wanted[SENSE_INDEXES];     /* its vectors are still to be made */
    size_t left_out;                   /* indexes for which there is no room */
    size_t first_left_out;
    size_t place;       /* of the index that is being learnt */
    size_t row;         /* its next passage */
    float *vectors;     /* its, up to there */
    enum err learn_err; /* of the passage before `row` */
    bool is_hurried;
    bool is_busy; /* recalling or learning */
    bool is_reading;
    bool is_closing;
    struct list waiting;          /* struct knowledge_call */
    struct knowledge_call *asked; /* its question is being read; NULL: that came too late */
    char text[SENSE_QUESTION_BYTES_MAX + 1];
    size_t text_len;
    float vector[MEANING_DIMS];
    enum err err; /* of the reading */
    struct loop_timer *late;
};

/* One job for passages and one for questions run at most. */
void sense_submit(struct knowledge_sense *sense, struct job *job);

void sense_begin_learning(struct knowledge_sense *sense);

/* Vectors that no index has taken. */
void sense_forget(struct knowledge_sense *sense);

#endif
