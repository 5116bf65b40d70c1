"""How fast nibabel reads scans, in one thread, as one line of JSON: read.py headers|values FILE_OF_PATHS

headers: nibabel.load, which reads the header alone; values: the array too, scaled, as float32.
"""
import json
import resource
import sys
import time

import nibabel
import numpy

what, listed = sys.argv[1:]
with open(listed, encoding="utf-8") as file:
    paths = file.read().split("\n")
voxels = 0
start = time.perf_counter()
cpu = time.process_time()
for path in paths:
    image = nibabel.load(path)
    if what == "values":
        voxels += numpy.asarray(image.dataobj, dtype=numpy.float32).size
    elif image.affine is None:
        sys.exit(f"{path} has no affine")
seconds = time.perf_counter() - start
print(
    json.dumps(
        {
            "version": nibabel.__version__,
            "seconds": seconds,
            "cpuSeconds": time.process_time() - cpu,
            "voxels": voxels,
            "peakMiB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
    )
)
