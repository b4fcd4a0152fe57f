/** What is measured against what, and how near the target is: one class for each group of cases. */
package io.ringmirror.bench.cases;
