import numpy as np

from shared import window_count


class ToeplitzOperator:
    """The linear map image -> convolved image, for one kernel and one image size."""

    def __init__(self, kernel, input_shape):
        self.kernel = np.array(kernel)
        self.input_shape = tuple(input_shape)
        self.output_shape = tuple(map(window_count, self.input_shape, self.kernel.shape))

    def matrix(self):
        OH, OW = self.output_shape
        kh, kw = self.kernel.shape
        blocks = np.zeros((OH, OW, *self.input_shape))
        for i, j in np.ndindex(OH, OW):
            blocks[i, j, i : i + kh, j : j + kw] = self.kernel
        return blocks.reshape(OH * OW, -1)

    def __call__(self, image):
        return (self.matrix() @ np.ravel(image)).reshape(self.output_shape)


def toeplitz_matrix(kernel, input_shape):
    return ToeplitzOperator(kernel, input_shape).matrix()


def conv2d(image, kernel):
    return ToeplitzOperator(kernel, image.shape)(image)
