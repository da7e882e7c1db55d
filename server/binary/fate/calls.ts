/** Functions that have a sense of their own for whoever gives them an error. */

/**
 * Functions that only compare an error with others. Not os.IsTimeout, which asks the error itself. Source: errors/wrap.go, os/error.go,
 * runtime/alg.go.
 */
export const COMPARES =
  /^(errors\.(Is|is)|os\.(IsNotExist|IsExist|IsPermission|underlyingErrorIs)|runtime\.(ifaceeq|efaceeq))$/;
/** Whoever calls them may have heard enough: the program's end tells of the error. */
export const ENDS = /^(os\.Exit|syscall\.Exit|log\.(\(\*Logger\)\.)?Fatal(f|ln)?)$/;
/** Go up to 1.20 stores pointers by these. */
export const STORES = /^runtime\.gcWriteBarrier/;
