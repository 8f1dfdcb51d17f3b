/* batch_epochs_test.c - when a batch is still for partitions that are ours. */
#include "tests/unit/cm.h"
#include "worker/engine/batch_epochs.h"

static void a_batch_holds_while_no_epoch_has_passed(void **state)
{
    (void)state;
    struct epoch epochs[2] = { { 7 }, { 9 } };
    struct progress progress[2] = {
        { .epoch = &epochs[0], .epoch_expected = 7 },
        { .epoch = &epochs[1], .epoch_expected = 9 },
    };
    const struct batch batch = { .progress = progress, .progress_count = 2 };
    assert_int_equal(batch_epochs(&batch), EPOCHS_HOLD);
    assert_int_equal(batch_epochs_result(&batch), BATCH_ABORTED);
    epochs[0].now = 8;
    assert_int_equal(batch_epochs(&batch), EPOCHS_SOME);
    assert_int_equal(batch_epochs_result(&batch), BATCH_ABORTED);
    epochs[1].now = 10;
    assert_int_equal(batch_epochs(&batch), EPOCHS_GONE);
    assert_int_equal(batch_epochs_result(&batch), BATCH_LOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_holds_while_no_epoch_has_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
